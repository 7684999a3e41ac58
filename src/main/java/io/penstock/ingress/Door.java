package io.penstock.ingress;

import io.netty.handler.codec.http.HttpRequest;
import io.penstock.wire.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/** Looks at every head before anything else does, knowing who sent it. Called on the connection's event loop. */
public interface Door {

    /**
     * The reason to refuse the request; null where it may pass. May take headers away that its sender must not send, and put its own in
     * their place.
     */
    @Nullable
    Reason refuse(HttpRequest request, Sender sender);
}
