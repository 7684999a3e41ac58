package io.penstock.caller;

import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Asks the one way to recognise a caller that knows the kind of access token presented; a browser's session counts where there is none. Who
 * shows neither is who the trusted proxy says it is. Where several of them say something of a caller, they have to agree. The directory
 * knows the rest.
 */
@Component
final class OrderedCallers implements Callers {

    private static final Mono<Caller> NOBODY = Mono.error(
            () -> BearerToken.refused("This needs an access token: send it in the header Authorization: Bearer ..."));

    private final List<Authenticator> authenticators;
    private final SignedIn signedIn;
    private final Voucher voucher;
    private final Directory directory;

    @Autowired
    OrderedCallers(
            List<Authenticator> authenticators,
            ObjectProvider<SignedIn> signedIn,
            Voucher voucher,
            Directory directory) {
        this(authenticators, signedIn.getIfAvailable(() -> SignedIn.NOBODY), voucher, directory);
    }

    OrderedCallers(List<Authenticator> authenticators, SignedIn signedIn, Voucher voucher, Directory directory) {
        this.authenticators = List.copyOf(authenticators);
        this.signedIn = signedIn;
        this.voucher = voucher;
        this.directory = directory;
    }

    @Override
    public Mono<Caller> identify(Request request) {
        String token;
        try {
            token = BearerToken.of(request.headers());
        } catch (Refusal refusal) {
            return Mono.error(refusal);
        }
        Mono<Caller> caller = token == null ? withoutToken(request) : byToken(token, request);
        return caller.flatMap(directory::complete);
    }

    private Mono<Caller> byToken(String token, Request request) {
        for (Authenticator authenticator : authenticators) {
            if (authenticator.isOfItsKind(token)) {
                var caller = authenticator
                        .authenticate(token, request)
                        .flatMap(recognised -> signedIn.confirm(request, recognised));
                return voucher.confirm(request, caller);
            }
        }
        return NOBODY;
    }

    private Mono<Caller> withoutToken(Request request) {
        return voucher.confirm(request, signedIn.authenticate(request))
                .switchIfEmpty(Mono.defer(() -> voucher.vouch(request)))
                .switchIfEmpty(NOBODY);
    }
}
