package io.penstock.caller;

import io.penstock.wire.Request;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Asks each way to recognise a caller by a credential in turn; the first that finds something of its kind decides, and a browser's session
 * counts where there is none. Who shows neither is who the trusted proxy says it is. Where several of them say something of a caller, they
 * have to agree. The directory knows the rest.
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
        Mono<Caller> caller = Mono.empty();
        for (Authenticator authenticator : authenticators.reversed()) {
            caller = authenticator.authenticate(request).switchIfEmpty(caller);
        }
        caller = caller.flatMap(recognised -> signedIn.confirm(request, recognised))
                .switchIfEmpty(Mono.defer(() -> signedIn.authenticate(request)));
        return voucher.confirm(request, caller)
                .switchIfEmpty(voucher.vouch(request))
                .switchIfEmpty(NOBODY)
                .flatMap(directory::complete);
    }
}
