package io.penstock.caller;

import io.penstock.wire.Request;
import reactor.core.publisher.Mono;

/** Who has signed in with a browser, which shows it with every request, meant or not. */
public interface SignedIn {

    /** Where nobody signs in. */
    SignedIn NOBODY = new SignedIn() {
        @Override
        public Mono<Caller> authenticate(Request request) {
            return Mono.empty();
        }

        @Override
        public Mono<Caller> confirm(Request request, Caller recognised) {
            return Mono.just(recognised);
        }
    };

    /**
     * The caller of a request that shows nothing else. Empty: it shows no session either. Error: {@code Unauthenticated} for a session that
     * has ended or never was, {@code ForeignOrigin} where another site may have sent the request, {@code Unavailable} where nobody can tell.
     */
    Mono<Caller> authenticate(Request request);

    /** The caller who was recognised otherwise. Never empty. Error: {@code Unauthenticated} where a session of another user is shown too. */
    Mono<Caller> confirm(Request request, Caller recognised);
}
