package io.penstock.access;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Showing;
import org.jspecify.annotations.Nullable;

/** Where a permitted call goes. */
public sealed interface Route {

    /**
     * To one upstream.
     *
     * @param originalName what the upstream calls the thing that the message names, where it has another name here; null where the
     *     message goes on as it is
     */
    record One(Gateway gateway, @Nullable String originalName) implements Route {}

    /** To a virtual server as a whole: greetings, lists, streams, what ends a session. */
    record Many(Showing showing) implements Route {}
}
