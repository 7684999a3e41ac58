package io.penstock.caller.proxy;

import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Grants;
import io.penstock.caller.Identity;
import io.penstock.caller.Voucher;
import io.penstock.caller.jwt.Assertions;
import io.penstock.caller.jwt.Assertions.Asserted;
import io.penstock.wire.Request;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Takes a trusted proxy's word for who calls, once it is proven. */
final class ProxyVoucher implements Voucher {

    /** All that who is nobody may do: read. Nothing of it changes anything, here or at an upstream. */
    static final Set<String> READING =
            Set.of("gateways.read", "servers.read", "tools.read", "resources.read", "prompts.read");

    private static final Caller ANONYMOUS = new Caller(
            Identity.ANONYMOUS,
            Caller.Source.ANONYMOUS,
            false,
            Set.of(),
            READING,
            false,
            Grants.NONE,
            null,
            Digest.of(Identity.ANONYMOUS).hex(),
            Instant.MAX);

    private final ProxySettings settings;
    private final TrustedPeers trusted;
    private final @Nullable Verifier assertions;

    /** @param assertions null where none are asked for */
    ProxyVoucher(ProxySettings settings, TrustedPeers trusted, @Nullable Verifier assertions) {
        this.settings = settings;
        this.trusted = trusted;
        this.assertions = assertions;
    }

    /** Verifies assertions, as {@link Assertions#user} says. */
    @FunctionalInterface
    interface Verifier {

        Mono<Asserted> user(String assertion, Instant at);
    }

    @Override
    public Mono<Caller> vouch(Request request) {
        if (!isTrusted(request)) {
            return Mono.empty();
        }
        Vouched vouched = Vouched.of(request.headers());
        return vouched == null ? nobody() : named(vouched).map(ProxyVoucher::caller);
    }

    @Override
    public Mono<Caller> confirm(Request request, Mono<Caller> recognised) {
        Vouched vouched = isTrusted(request) ? Vouched.of(request.headers()) : null;
        return vouched == null
                ? recognised
                : recognised.flatMap(caller -> named(vouched)
                        .flatMap(named -> named.user().equals(caller.user())
                                ? Mono.just(caller)
                                : refuse("The credential and the proxy name different users")));
    }

    /** Asked again of a request that has passed the door: another replica's may have been an older one. */
    private boolean isTrusted(Request request) {
        return settings.on() && trusted.contains(request.peer().getAddress());
    }

    private Mono<Asserted> named(Vouched vouched) {
        if (!vouched.proven()) {
            return refuse("The proxy did not prove the user that it names: its signature, assertion or certificate is"
                    + " missing, wrong or out of date");
        }
        if (vouched.assertion() == null || assertions == null) {
            return Mono.justOrEmpty(vouched.user()).map(user -> new Asserted(user, vouched.groups()));
        }
        return assertions
                .user(vouched.assertion(), vouched.at())
                .flatMap(asserted -> vouched.user() == null || asserted.user().equals(vouched.user())
                        ? Mono.just(asserted)
                        : refuse("The proxy's assertion names another user than " + settings.userHeader()));
    }

    private Mono<Caller> nobody() {
        return settings.anonymousEnabled()
                ? Mono.just(ANONYMOUS)
                : refuse("The proxy named no user in " + settings.userHeader() + ", and nobody is anonymous here");
    }

    private static Caller caller(Asserted named) {
        return new Caller(
                named.user(),
                Caller.Source.PROXY,
                false,
                Set.of(),
                null,
                false,
                Grants.ofGroups(named.groups()),
                null,
                Digest.of("proxy\n" + named.user()).hex(),
                Instant.MAX);
    }

    private static <T> Mono<T> refuse(String detail) {
        return Mono.error(() -> BearerToken.refused(detail));
    }
}
