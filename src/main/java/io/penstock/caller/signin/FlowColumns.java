package io.penstock.caller.signin;

import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import java.util.List;
import org.springframework.stereotype.Component;

/** What flows seal in the database; they last some minutes. */
@Component
final class FlowColumns implements SealedColumns {

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(new SealedColumn.Passing("oauth_flows", "sealed", true));
    }
}
