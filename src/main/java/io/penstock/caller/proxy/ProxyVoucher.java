package io.penstock.caller.proxy;

import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Grants;
import io.penstock.caller.Identity;
import io.penstock.caller.Voucher;
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
    private final @Nullable Assertions assertions;

    /** @param assertions null where none are asked for */
    ProxyVoucher(ProxySettings settings, TrustedPeers trusted, @Nullable Assertions assertions) {
        this.settings = settings;
        this.trusted = trusted;
        this.assertions = assertions;
    }

    /** Verifies assertions. */
    interface Assertions {

        /** The canonical user that the assertion names. Error: {@code Unauthenticated}, or {@code Unavailable} without its keys. */
        Mono<String> user(String assertion, Instant at);
    }

    @Override
    public Mono<Caller> vouch(Request request) {
        if (!isTrusted(request)) {
            return Mono.empty();
        }
        Vouched vouched = Vouched.of(request.headers());
        return vouched == null ? nobody() : user(vouched).map(user -> caller(user, vouched.groups()));
    }

    @Override
    public Mono<Caller> confirm(Request request, Mono<Caller> recognised) {
        Vouched vouched = isTrusted(request) ? Vouched.of(request.headers()) : null;
        return vouched == null
                ? recognised
                : recognised.flatMap(caller -> user(vouched)
                        .flatMap(user -> user.equals(caller.user())
                                ? Mono.just(caller)
                                : refuse("The credential and the proxy name different users")));
    }

    /** Asked again of a request that has passed the door: another replica's may have been an older one. */
    private boolean isTrusted(Request request) {
        return settings.on() && trusted.contains(request.peer().getAddress());
    }

    private Mono<String> user(Vouched vouched) {
        if (!vouched.proven()) {
            return refuse("The proxy did not prove the user that it names: its signature, assertion or certificate is"
                    + " missing, wrong or out of date");
        }
        if (vouched.assertion() == null || assertions == null) {
            return Mono.justOrEmpty(vouched.user());
        }
        return assertions
                .user(vouched.assertion(), vouched.at())
                .flatMap(user -> vouched.user() == null || user.equals(vouched.user())
                        ? Mono.just(user)
                        : refuse("The proxy's assertion names another user than " + settings.userHeader()));
    }

    private Mono<Caller> nobody() {
        return settings.anonymousEnabled()
                ? Mono.just(ANONYMOUS)
                : refuse("The proxy named no user in " + settings.userHeader() + ", and nobody is anonymous here");
    }

    private static Caller caller(String user, @Nullable Set<String> groups) {
        return new Caller(
                user,
                Caller.Source.PROXY,
                false,
                Set.of(),
                null,
                false,
                Grants.ofGroups(groups),
                null,
                Digest.of("proxy\n" + user).hex(),
                Instant.MAX);
    }

    private static <T> Mono<T> refuse(String detail) {
        return Mono.error(() -> BearerToken.refused(detail));
    }
}
