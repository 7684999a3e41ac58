package io.penstock.caller.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.caller.jwt.AssertionTokens;
import io.penstock.caller.proxy.ProxySettings.GroupsFormat;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ProxyVoucherTests {

    private static final Instant NOW = AssertionTokens.NOW;
    private static final String PROXY = "10.1.2.3";

    private static final Caller BY_TOKEN =
            new Caller("alice", Caller.Source.JWT, true, Set.of(), null, "digest", Instant.MAX);

    private static ProxyVoucher voucher(boolean anonymous, ProxyVoucher.@Nullable Verifier assertions) {
        var settings = new ProxySettings(
                false,
                true,
                "X-Authenticated-User",
                List.of("10.1.2.3/32"),
                anonymous,
                "",
                GroupsFormat.COMMAS,
                "X-Forwarded-For");
        return new ProxyVoucher(settings, new TrustedPeers(settings.ranges()), assertions);
    }

    private final ProxyVoucher voucher = voucher(true, null);

    private static Request request(String peer, @Nullable Vouched vouched) {
        var headers = new DefaultHttpHeaders();
        if (vouched != null) {
            headers.set(Vouched.HEADER, vouched.text());
        }
        return new Request("POST", "/mcp", headers, new InetSocketAddress(peer, 1), "c");
    }

    private static Request naming(String user) {
        return request(PROXY, new Vouched(user, Set.of("ops"), true, null, NOW));
    }

    private static Request asserting(@Nullable String user, @Nullable String assertion) {
        return request(PROXY, new Vouched(user, null, assertion != null, assertion, NOW));
    }

    private static void refused(Mono<Caller> caller, String detail) {
        StepVerifier.create(caller)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.reason())
                                        .isInstanceOf(Reason.Unauthenticated.class)
                                        .extracting(Reason::detail)
                                        .asString()
                                        .contains(detail)));
    }

    @Test
    void theNamedUserIsTheCallerWithItsGroups() {
        StepVerifier.create(voucher.vouch(naming("alice")))
                .assertNext(caller -> {
                    assertThat(caller.user()).isEqualTo("alice");
                    assertThat(caller.source()).isEqualTo(Caller.Source.PROXY);
                    assertThat(caller.admin()).isFalse();
                    assertThat(caller.scopes()).isNull();
                    assertThat(caller.grants().groups()).containsExactly("ops");
                })
                .verifyComplete();
    }

    @Test
    void whomNobodyNamesIsAnonymousBehindAProxyAndReads() {
        StepVerifier.create(voucher.vouch(request(PROXY, null)))
                .assertNext(caller -> {
                    assertThat(caller.user()).isEqualTo("anonymous");
                    assertThat(caller.source()).isEqualTo(Caller.Source.ANONYMOUS);
                    assertThat(caller.scopes()).isNotEmpty().allMatch(scope -> scope.endsWith(".read"));
                })
                .verifyComplete();
    }

    @Test
    void nothingIsSaidOfWhoComesFromElsewhere() {
        var forged = request("10.1.2.4", new Vouched("root", null, true, null, NOW));

        StepVerifier.create(voucher.vouch(request("10.1.2.4", null))).verifyComplete();
        StepVerifier.create(voucher.vouch(forged)).verifyComplete();
        StepVerifier.create(voucher.confirm(forged, Mono.just(BY_TOKEN)))
                .expectNext(BY_TOKEN)
                .verifyComplete();
    }

    @Test
    void withoutAnonymousAccessSomebodyHasToBeNamed() {
        refused(voucher(false, null).vouch(request(PROXY, null)), "X-Authenticated-User");
    }

    @Test
    void withoutTheModeNothingIsSaidOfAnybody() {
        var settings = new ProxySettings(
                true, true, "X-User", List.of("10.1.2.3"), true, "", GroupsFormat.COMMAS, "X-Forwarded-For");
        var off = new ProxyVoucher(settings, new TrustedPeers(settings.ranges()), null);

        StepVerifier.create(off.vouch(request(PROXY, null))).verifyComplete();
        StepVerifier.create(off.confirm(naming("root"), Mono.just(BY_TOKEN)))
                .expectNext(BY_TOKEN)
                .verifyComplete();
    }

    /** S4. */
    @Test
    void aCredentialBesideItHasToBeTheSameUsers() {
        StepVerifier.create(voucher.confirm(naming("alice"), Mono.just(BY_TOKEN)))
                .expectNext(BY_TOKEN)
                .verifyComplete();
        StepVerifier.create(voucher.confirm(request(PROXY, null), Mono.just(BY_TOKEN)))
                .expectNext(BY_TOKEN)
                .verifyComplete();
        StepVerifier.create(voucher.confirm(naming("alice"), Mono.empty())).verifyComplete();
        refused(voucher.confirm(naming("bob"), Mono.just(BY_TOKEN)), "different users");
    }

    @Test
    void whatIsNotProvenIsNotBelieved() {
        var unproven = request(PROXY, new Vouched("alice", null, false, null, NOW));

        refused(voucher.vouch(unproven), "did not prove");
        refused(voucher.confirm(unproven, Mono.just(BY_TOKEN)), "did not prove");
    }

    @Test
    void anAssertionProvesTheUserOrNamesIt() {
        var proven = voucher(true, AssertionTokens.assertions("")::user);

        for (String named : new String[] {null, "alice@example.com"}) {
            StepVerifier.create(proven.vouch(asserting(named, AssertionTokens.of("Alice@example.com"))))
                    .assertNext(caller -> {
                        assertThat(caller.user()).isEqualTo("alice@example.com");
                        assertThat(caller.source()).isEqualTo(Caller.Source.PROXY);
                        assertThat(caller.admin()).isFalse();
                    })
                    .verifyComplete();
        }
        refused(
                proven.vouch(asserting("bob@example.com", AssertionTokens.of("alice@example.com"))),
                "names another user");
        refused(proven.vouch(asserting("alice@example.com", null)), "did not prove");
        refused(proven.vouch(asserting("alice@example.com", "no.jwt.at.all")), "");
    }

    @Test
    void theGroupsAreThoseOfTheClaimThatIsAskedFor() {
        var proven = voucher(true, AssertionTokens.assertions("member_of")::user);
        var silent = voucher(true, AssertionTokens.assertions("")::user);
        String some = AssertionTokens.of("alice@example.com", List.of("ops", "on call"));

        assertThat(groups(proven, some)).containsExactlyInAnyOrder("ops", "on call");
        assertThat(groups(proven, AssertionTokens.of("alice@example.com"))).isEmpty();
        assertThat(groups(silent, some)).isNull();
        refused(proven.vouch(asserting(null, AssertionTokens.of("alice@example.com", 7))), "member_of");
    }

    private static @Nullable Set<String> groups(ProxyVoucher voucher, String assertion) {
        return Objects.requireNonNull(voucher.vouch(asserting(null, assertion)).block(Duration.ofSeconds(5)))
                .grants()
                .groups();
    }

    @Test
    void anAssertionIsOfItsIssuerForThisGatewayAndOfItsTime() {
        var proven = voucher(true, AssertionTokens.assertions("")::user);

        refused(proven.vouch(asserting(null, AssertionTokens.ofAnotherIssuer())), "issuer");
        refused(proven.vouch(asserting(null, AssertionTokens.forAnotherAudience())), "audience");
        refused(proven.vouch(asserting(null, AssertionTokens.ofAnotherKey())), "signature");
        refused(proven.vouch(asserting(null, AssertionTokens.expired())), "expired");
    }

    /** A stream outlasts the assertion that it was opened with: what counts is the time of the request. */
    @Test
    void anAssertionHasToHoldWhenItsRequestComes() {
        var proven = voucher(true, AssertionTokens.assertions("")::user);
        String assertion = AssertionTokens.of("alice@example.com");

        for (int i = 0; i < 2; i++) {
            StepVerifier.create(proven.vouch(asserting(null, assertion)))
                    .expectNextCount(1)
                    .verifyComplete();
        }
        var later = request(PROXY, new Vouched(null, null, true, assertion, NOW.plusSeconds(3600)));
        refused(proven.vouch(later), "expired");
    }
}
