package io.penstock.caller;

import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/** Where browsers go that show nobody. */
@FunctionalInterface
public interface Welcome {

    /** Nowhere: they are refused like everybody else. */
    Welcome NOWHERE = request -> null;

    /** The address to send the request's browser to; null where it is none, or shows a credential, or is to be refused there. */
    @Nullable
    String of(Request request);
}
