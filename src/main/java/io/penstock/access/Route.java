package io.penstock.access;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Showing;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a permitted call goes. */
public sealed interface Route {

    /**
     * To one upstream.
     *
     * @param originalName what the upstream calls the thing that the message names, where it has another name here; null where the
     *     message goes on as it is
     * @param barred what the upstream may list and nobody may use: it is taken out of the list that the message asks for
     */
    record One(Gateway gateway, @Nullable String originalName, Set<String> barred) implements Route {

        public One {
            barred = Set.copyOf(barred);
        }

        /** One whose answer needs nothing taken out. */
        public One(Gateway gateway, @Nullable String originalName) {
            this(gateway, originalName, Set.of());
        }
    }

    /** To a virtual server as a whole: greetings, lists, streams, what ends a session. */
    record Many(Showing showing) implements Route {}
}
