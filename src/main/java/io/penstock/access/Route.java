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
     * @param amongMany whether it stands behind a virtual server, where its tasks are known by its slug, a dot and the id that it gave
     */
    record One(Gateway gateway, @Nullable String originalName, Set<String> barred, boolean amongMany) implements Route {

        public One {
            barred = Set.copyOf(barred);
        }

        /** One whose answer needs nothing taken out. */
        public One(Gateway gateway, @Nullable String originalName) {
            this(gateway, originalName, Set.of(), false);
        }

        /** One that stands behind a virtual server. */
        public static One amongMany(Gateway gateway, @Nullable String originalName) {
            return new One(gateway, originalName, Set.of(), true);
        }
    }

    /** To a virtual server as a whole: greetings, lists, streams, what ends a session. */
    record Many(Showing showing) implements Route {

        /** Whether it goes to that gateway too. */
        boolean goesTo(Gateway gateway) {
            return showing.gateways().stream().anyMatch(one -> one.id().equals(gateway.id()));
        }
    }
}
