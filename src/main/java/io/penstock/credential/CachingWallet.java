package io.penstock.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Opens a credential once and keeps what is made of it: the path of a call does not decrypt. */
@Component
final class CachingWallet implements Wallet {

    private static final int KEPT = 10_000;
    private static final Duration UNUSED = Duration.ofMinutes(10);

    private final Gateways gateways;
    private final AccessTokens tokens;
    private final Substitutes substitutes;
    private final Cache<UUID, Equipment> opened = Caffeine.newBuilder()
            .maximumSize(KEPT)
            .expireAfterAccess(UNUSED)
            .executor(Runnable::run)
            .build();

    CachingWallet(Gateways gateways, AccessTokens tokens, Substitutes substitutes) {
        this.gateways = gateways;
        this.tokens = tokens;
        this.substitutes = substitutes;
    }

    @Override
    public Mono<Outbound> equip(Permit permit) {
        return switch (permit.route()) {
            case Route.One one ->
                equipment(one.gateway())
                        .flatMap(kept ->
                                kept.shown(one.gateway(), permit.caller(), other(one.gateway(), permit.caller())))
                        .map(credential -> Outbound.toOne(permit, credential));
            case Route.Many _ -> Mono.just(Outbound.toMany(permit));
        };
    }

    /** A credential that is shown once, so it is not kept. */
    private Mono<Credential> other(Gateway refused, Caller caller) {
        return Mono.defer(() -> substitutes
                .insteadOf(refused)
                .flatMap(now -> made(now).flatMap(once -> once.shown(now, caller, Mono.empty()))));
    }

    private Mono<Equipment> equipment(Gateway gateway) {
        var kept = opened.getIfPresent(gateway.id());
        if (kept != null && kept.fits(gateway)) {
            return Mono.just(kept);
        }
        return made(gateway)
                .doOnNext(fresh -> opened.put(gateway.id(), fresh))
                .doOnError(_ -> opened.invalidate(gateway.id()));
    }

    private Mono<Equipment> made(Gateway gateway) {
        return gateways.open(gateway)
                .map(auth -> Equipment.of(gateway, auth, tokens))
                .flatMap(made -> gateway.tls() == null
                        ? Mono.just(made)
                        : gateways.openTls(gateway).map(made::over))
                // what it says may quote the credential, so it is not kept as the cause
                .onErrorMap(IllegalArgumentException.class, _ -> unusable());
    }

    private static Refusal unusable() {
        return new Refusal(new Reason.Unavailable(
                "The stored credential of this gateway cannot be sent in a header or url; an operator must set it again",
                Duration.ofMinutes(1)));
    }
}
