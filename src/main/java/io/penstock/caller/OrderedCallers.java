package io.penstock.caller;

import io.penstock.wire.Request;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Asks each way to recognise a caller by a credential in turn; the first that finds something of its kind decides. Who shows none is who the
 * trusted proxy says it is, and where it says something of a caller with a credential, both have to agree. The directory knows the rest.
 */
@Component
final class OrderedCallers implements Callers {

    private static final Mono<Caller> NOBODY = Mono.error(
            () -> BearerToken.refused("This needs an access token: send it in the header Authorization: Bearer ..."));

    private final List<Authenticator> authenticators;
    private final Voucher voucher;
    private final Directory directory;

    OrderedCallers(List<Authenticator> authenticators, Voucher voucher, Directory directory) {
        this.authenticators = List.copyOf(authenticators);
        this.voucher = voucher;
        this.directory = directory;
    }

    @Override
    public Mono<Caller> identify(Request request) {
        Mono<Caller> caller = Mono.empty();
        for (Authenticator authenticator : authenticators.reversed()) {
            caller = authenticator.authenticate(request).switchIfEmpty(caller);
        }
        return voucher.confirm(request, caller)
                .switchIfEmpty(voucher.vouch(request))
                .switchIfEmpty(NOBODY)
                .flatMap(directory::complete);
    }
}
