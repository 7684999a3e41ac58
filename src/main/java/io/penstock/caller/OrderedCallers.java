package io.penstock.caller;

import io.penstock.wire.Request;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Asks each way to recognise a caller in turn; the first that finds something of its kind decides. */
@Component
final class OrderedCallers implements Callers {

    private static final Mono<Caller> NOBODY = Mono.error(
            () -> BearerToken.refused("This needs an access token: send it in the header Authorization: Bearer ..."));

    private final List<Authenticator> authenticators;

    OrderedCallers(List<Authenticator> authenticators) {
        this.authenticators = List.copyOf(authenticators);
    }

    @Override
    public Mono<Caller> identify(Request request) {
        Mono<Caller> caller = NOBODY;
        for (Authenticator authenticator : authenticators.reversed()) {
            caller = authenticator.authenticate(request).switchIfEmpty(caller);
        }
        return caller;
    }
}
