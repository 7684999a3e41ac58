package io.penstock.account.token;

import io.penstock.caller.Authenticator;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Directory;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.store.Revocations;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Recognises callers by an API token, from memory. */
final class TokenAuthenticator implements Authenticator {

    private static final Duration LATER = Duration.ofSeconds(5);

    private final HeldTokens tokens;
    private final TokenUses uses;
    private final Revocations revocations;
    private final ClientAddresses addresses;
    private final Directory directory;
    private final InstantSource clock;

    TokenAuthenticator(
            HeldTokens tokens,
            TokenUses uses,
            Revocations revocations,
            ClientAddresses addresses,
            Directory directory,
            InstantSource clock) {
        this.tokens = tokens;
        this.uses = uses;
        this.revocations = revocations;
        this.addresses = addresses;
        this.directory = directory;
        this.clock = clock;
    }

    @Override
    public boolean isOfItsKind(String token) {
        return BearerToken.isApiToken(token);
    }

    @Override
    public Mono<Caller> authenticate(String token, Request request) {
        if (!TokenText.isWhole(token)) {
            return refuse("This is no API token as they are made here: a part of it is missing or mistyped");
        }
        Digest digest = Digest.of(token);
        HeldToken held = tokens.find(digest);
        return held == null ? another(digest, request) : use(held, request);
    }

    private Mono<Caller> another(Digest digest, Request request) {
        return tokens.findAgain(digest)
                .onErrorMap(error ->
                        new Refusal(new Reason.Unavailable("The API tokens cannot be read now: try again", LATER)))
                .switchIfEmpty(refuse("There is no such API token: it was deleted, or made at another gateway"))
                .flatMap(held -> use(held, request));
    }

    private Mono<Caller> use(HeldToken held, Request request) {
        if (revocations.revoked(held.caller().digest())) {
            return refuse("This token was revoked: make a new one");
        }
        String objection = held.objection(addresses.of(request), clock.instant());
        if (objection != null) {
            return refuse(objection);
        }
        return belongs(held).doOnNext(_ -> uses.note(held.token().id()));
    }

    /** A team's token is a member's. */
    private Mono<Caller> belongs(HeldToken held) {
        @Nullable String team = held.token().terms().teamId();
        return team == null
                ? Mono.just(held.caller())
                : directory
                        .complete(held.caller())
                        .flatMap(owner -> owner.teams().contains(team)
                                ? Mono.just(held.caller())
                                : refuse("The owner of this token is no member of its team any more"));
    }

    private static <T> Mono<T> refuse(String detail) {
        return Mono.error(() -> BearerToken.refused(detail));
    }
}
