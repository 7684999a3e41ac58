package io.penstock.oauth.connect;

import io.penstock.caller.Caller;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.Departure;
import io.penstock.catalog.Gateway;
import io.penstock.oauth.grant.Granted;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import reactor.core.publisher.Mono;

/** Asks users through their browsers to agree that their calls to an upstream use their own account there. */
public interface Connecting {

    /**
     * What a user of the gateway may connect. Never empty. Error: {@code Conflict} where there is nothing, or where the configuration leads to
     * where nobody is sent, {@code Unavailable} or {@code UpstreamFailed} where the authorization server is not known now.
     */
    Mono<Offer> offer(Gateway gateway);

    /**
     * Begins it. Never empty. Error: {@code TooMany} where one user begins too many, {@code Conflict} where what is agreed to would be redeemed
     * by what may be another server.
     *
     * @param ambient whether the browser showed by itself who the caller is; then it has to again when it comes back
     */
    Mono<Departure> begin(Offer offer, Caller caller, boolean ambient);

    /**
     * Ends it, once, and gets the token of it. Never empty. Error: {@code Malformed} where the browser began none, {@code Barred} where it
     * shows somebody else than who did, or the answer is not one of the server that was asked.
     *
     * @param present whom the browser shows; empty for nobody
     */
    Mono<Ending> finish(Callback callback, Request request, Mono<String> present);

    /** Keeps what was agreed to, in the surrounding transaction where there is one. Empty when kept. */
    Mono<Void> keep(Ending.Agreed agreed);

    /** What came of it. */
    sealed interface Ending {

        Gateway gateway();

        String user();

        /** How the user was recognised when it was begun. */
        String source();

        /** The user agreed, and here is the token; it is not kept yet. */
        record Agreed(Offer offer, String user, String source, Granted granted) implements Ending {

            @Override
            public Gateway gateway() {
                return offer.gateway();
            }
        }

        /** The user or the server refused, or the server failed. */
        record Failed(Gateway gateway, String user, String source, Refusal refusal) implements Ending {}
    }
}
