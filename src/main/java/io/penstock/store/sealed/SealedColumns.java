package io.penstock.store.sealed;

import java.util.List;

/** Said by each store that keeps sealed values in the database. */
@FunctionalInterface
public interface SealedColumns {

    List<SealedColumn> sealedColumns();
}
