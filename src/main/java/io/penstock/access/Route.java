package io.penstock.access;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a permitted call goes. */
public sealed interface Route {

    /**
     * To one upstream.
     *
     * @param originalName what the upstream calls the thing that the message names, where it has another name here; null where the
     *     message goes on as it is
     * @param lists what the caller may see of the list that the message asks for, and of all that may come on a session's stream; kinds
     *     of which that is everything are left out
     * @param amongMany whether it stands behind a virtual server, where its tasks are known by its slug, a dot and the id that it gave
     */
    record One(Gateway gateway, @Nullable String originalName, Map<Feature.Kind, Listed> lists, boolean amongMany)
            implements Route {

        public One {
            lists = Map.copyOf(lists);
        }

        /**
         * What of an upstream's list is shown, by its names there. The list may be newer than what is known here of the upstream.
         *
         * @param alone whether these alone are, rather than all but these
         */
        public record Listed(boolean alone, Set<String> names) {

            public Listed {
                names = Set.copyOf(names);
            }

            static Listed allBut(Set<String> names) {
                return new Listed(false, names);
            }

            public boolean shows(String name) {
                return alone == names.contains(name);
            }

            boolean isEverything() {
                return !alone && names.isEmpty();
            }
        }

        /** One whose answer needs nothing taken out. */
        public One(Gateway gateway, @Nullable String originalName) {
            this(gateway, originalName, Map.of(), false);
        }

        /** One that stands behind a virtual server. */
        public static One amongMany(Gateway gateway, @Nullable String originalName) {
            return new One(gateway, originalName, Map.of(), true);
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
