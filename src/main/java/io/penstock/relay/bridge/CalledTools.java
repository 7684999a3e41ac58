package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.snapshot.Catalog;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the catalog knows of the tools that are called. */
@Component
final class CalledTools {

    private final Catalog catalog;

    CalledTools(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The definition of the tool that a permitted message calls; null where it calls none, or one that is not known. */
    @Nullable
    String definition(Permit permit) {
        var envelope = permit.arrival().envelope();
        if (envelope == null || !"tools/call".equals(envelope.method()) || !(permit.route() instanceof Route.One one)) {
            return null;
        }
        String name = one.originalName() == null ? envelope.name() : one.originalName();
        return name == null ? null : catalog.snapshot().tool(one.gateway().id(), name);
    }
}
