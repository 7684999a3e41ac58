package io.penstock.account.token;

import static io.penstock.account.Accounts.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.account.token.ApiToken.Terms;
import io.penstock.caller.Acquaintance;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Directory;
import io.penstock.caller.Recognition;
import io.penstock.caller.proxy.Addresses;
import io.penstock.loop.NoRounds;
import io.penstock.store.Revocations;
import io.penstock.store.StillChanges;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class TokenAuthenticatorTests {

    private static final Instant MONDAY_NOON = Instant.parse("2026-01-05T12:00:00Z");

    private final Map<String, ApiToken> rows = new HashMap<>();
    private final Set<String> revoked = new HashSet<>();
    private final Set<String> teams = new HashSet<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private Mono<Void> database = Mono.empty();
    private Instant now = MONDAY_NOON;

    private final HeldTokens held = new HeldTokens(
            Mono.defer(() -> database.then(Mono.fromSupplier(this::read))), new StillChanges(), new NoRounds(), time);

    private final TokenAuthenticator authenticator = new TokenAuthenticator(
            held,
            new TokenUses(null, null, () -> now),
            new Revocations() {
                @Override
                public boolean revoked(String digest) {
                    return revoked.contains(digest);
                }

                @Override
                public Mono<Void> revoke(String digest, Instant until) {
                    return Mono.empty();
                }
            },
            Addresses.behind("10.0.0.0/8"),
            new Directory() {
                @Override
                public Mono<Caller> complete(Caller recognised) {
                    return Mono.just(recognised.with(false, teams, recognised.grants()));
                }

                @Override
                public Mono<Acquaintance> read() {
                    return Mono.just(this);
                }

                @Override
                public Mono<Void> refresh() {
                    return Mono.empty();
                }
            },
            () -> now);

    private Map<Digest, HeldToken> read() {
        reads.incrementAndGet();
        var all = new HashMap<Digest, HeldToken>();
        rows.forEach((secret, token) ->
                all.put(Digest.of(secret), HeldToken.of(Digest.of(secret).hex(), token)));
        return all;
    }

    private String make(Terms terms) {
        String secret = TokenText.make();
        rows.put(
                secret,
                new ApiToken(UUID.randomUUID(), "ann@example.com", terms, null, null, MONDAY_NOON, MONDAY_NOON, 1));
        return secret;
    }

    private String held(Terms terms) {
        String secret = make(terms);
        var _ = held.refresh().blockOptional();
        return secret;
    }

    private Mono<Caller> show(String token) {
        return show(token, "192.0.2.7");
    }

    private Mono<Caller> show(String token, String peer, String... forwarded) {
        var headers = new DefaultHttpHeaders().add("Authorization", "Bearer " + token);
        for (String line : forwarded) {
            headers.add("X-Forwarded-For", line);
        }
        return Recognition.by(authenticator)
                .identify(new Request("GET", "/", headers, new InetSocketAddress(peer, 1), "c"));
    }

    private static Terms from(String... cidrs) {
        var plain = TokenStores.terms("ci");
        return new Terms(
                "ci", null, null, null, null, List.of(cidrs), List.of(), null, null, null, plain.expiresAt(), true);
    }

    private static Terms with(boolean enabled, Instant expires, String team, Hours... hours) {
        return new Terms("ci", null, null, null, null, List.of(), List.of(hours), null, null, team, expires, enabled);
    }

    @Test
    void itsHolderIsItsOwnerWithNoMoreThanItNames() {
        String token = held(TokenStores.permitting("ci", Set.of("tools.read")));

        var caller = show(token).block();

        assertThat(caller.user()).isEqualTo("ann@example.com");
        assertThat(caller.source()).isEqualTo(Caller.Source.API_TOKEN);
        assertThat(caller.scopes()).containsExactly("tools.read");
        assertThat(caller.granted()).isFalse();
        assertThat(caller.admin()).isFalse();
        assertThat(caller.digest()).isEqualTo(Digest.of(token).hex());
    }

    /** What is under way by tokens is decided again where one differs. */
    @Test
    void thatATokenWasUsedIsNoDifference() {
        var _ = held(from("10.0.0.0/8"));
        assertThat(held.replace(read())).isFalse();

        rows.replaceAll((_, token) ->
                new ApiToken(token.id(), token.owner(), token.terms(), null, MONDAY_NOON, MONDAY_NOON, MONDAY_NOON, 1));
        assertThat(held.replace(read())).isFalse();

        rows.replaceAll((_, token) ->
                new ApiToken(token.id(), token.owner(), from("10.1.0.0/16"), null, null, MONDAY_NOON, MONDAY_NOON, 2));
        assertThat(held.replace(read())).isTrue();
        rows.clear();
        assertThat(held.replace(read())).isTrue();
    }

    @Test
    void whatIsNoApiTokenIsNotItsBusiness() {
        assertThat(authenticator.isOfItsKind("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")).isFalse();
        assertThat(authenticator.isOfItsKind(TokenText.make())).isTrue();
    }

    @Test
    void aMistypedOneIsRefusedWithoutALook() {
        assertThat(refused(show("pst_" + "0".repeat(49))).detail()).contains("mistyped");
        assertThat(reads).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7,,true",
        "192.0.3.7,,false",
        "10.0.0.1,192.0.2.9,true",
        "10.0.0.1,198.51.100.1,false",
        // from elsewhere the header says nothing, and what stands left of the proxy's own word neither
        "198.51.100.1,192.0.2.9,false",
        "10.0.0.1,'192.0.2.9, 198.51.100.1',false",
        "2001:db8::1,,false",
        "::ffff:192.0.2.7,,true"
    })
    void itIsTakenFromWhereItIsMeantFor(String peer, String forwarded, boolean taken) {
        String token = held(from("192.0.2.0/24", "203.0.113.5"));

        var shown = forwarded == null ? show(token, peer) : show(token, peer, forwarded);

        if (taken) {
            assertThat(shown.block()).isNotNull();
        } else {
            assertThat(refused(shown))
                    .isInstanceOfSatisfying(
                            Reason.Unauthenticated.class,
                            reason -> assertThat(reason.detail())
                                    .contains("not taken from the address")
                                    .doesNotContain("192.0.2.0")
                                    .doesNotContain("203.0.113.5"));
        }
    }

    @Test
    void itIsTakenWithinItsHours() {
        String token = held(with(true, TokenStores.EXPIRES, null, Hours.read("MONDAY 09:00 17:00 UTC")));
        assertThat(show(token).block()).isNotNull();

        now = Instant.parse("2026-01-05T17:00:00Z");
        assertThat(refused(show(token)).detail())
                .contains("not taken at this time")
                .doesNotContain("09:00");

        now = Instant.parse("2026-01-12T09:00:00Z");
        assertThat(show(token).block()).isNotNull();
    }

    @Test
    void itEndsWhenItSaysAndWhenItIsSwitchedOff() {
        String expiring = held(with(true, MONDAY_NOON.plusSeconds(1), null));
        String off = held(with(false, TokenStores.EXPIRES, null));
        assertThat(show(expiring).block()).isNotNull();

        now = MONDAY_NOON.plusSeconds(1);

        assertThat(refused(show(expiring)).detail()).contains("has expired");
        assertThat(refused(show(off)).detail()).contains("switched off");
    }

    @Test
    void aRevokedOneIsRefused() {
        String token = held(TokenStores.terms("ci"));
        revoked.add(Digest.of(token).hex());

        assertThat(refused(show(token)).detail()).contains("revoked");
    }

    @Test
    void aTeamsTokenIsAMembers() {
        String token = held(with(true, TokenStores.EXPIRES, "team-alpha"));
        assertThat(refused(show(token)).detail()).contains("no member of its team");

        teams.add("team-alpha");

        assertThat(show(token).block()).isNotNull();
    }

    @Test
    void oneThatWasMadeElsewhereAMomentAgoIsLookedForOnceForAllWhoShowOne() {
        String token = make(TokenStores.terms("ci"));
        var unknown = List.of(TokenText.make(), TokenText.make(), TokenText.make());

        StepVerifier.withVirtualTime(
                        () -> Flux.merge(
                                show(token).map(Caller::user),
                                Flux.fromIterable(unknown)
                                        .flatMap(made -> show(made)
                                                .map(Caller::user)
                                                .onErrorResume(
                                                        Refusal.class,
                                                        refusal -> Mono.just(
                                                                refusal.reason().detail())))),
                        () -> time,
                        Long.MAX_VALUE)
                .thenAwait(Duration.ofSeconds(1))
                .expectNext("ann@example.com")
                .expectNextCount(3)
                .verifyComplete();

        assertThat(reads.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void withoutTheDatabaseKnownOnesGoOnAndOthersAreToldToTryAgain() {
        String token = held(TokenStores.terms("ci"));
        database = Mono.error(new IllegalStateException("away"));

        assertThat(show(token).block()).isNotNull();
        assertThat(refused(show(TokenText.make()))).isInstanceOf(Reason.Unavailable.class);
    }
}
