package io.penstock.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class CachingWalletTests {

    private final AtomicInteger openings = new AtomicInteger();

    private static Gateway gateway(String url, long version, String sealed) {
        var plain = Snapshots.gateway("a", Visibility.PUBLIC, null, true);
        return new Gateway(
                plain.id(),
                plain.name(),
                plain.slug(),
                URI.create(url),
                null,
                plain.transport(),
                new Gateway.SealedAuth(
                        java.util.UUID.nameUUIDFromBytes(sealed.getBytes(StandardCharsets.UTF_8)),
                        "bearer",
                        "{}",
                        sealed.getBytes(StandardCharsets.UTF_8)),
                null,
                plain.visibility(),
                null,
                plain.owner(),
                List.of(),
                List.of(),
                null,
                plain.driftPolicy(),
                false,
                true,
                plain.status(),
                plain.createdAt(),
                plain.updatedAt(),
                version);
    }

    private static final AccessTokens NO_TOKENS = (_, _) -> {
        throw new AssertionError("No token is wanted");
    };

    private static final Substitutes NO_OTHERS = new Substitutes(
            opening(Mono.empty()), null, null, new CredentialSettings(java.time.Duration.ofHours(1), 5));

    private Wallet wallet(Mono<UpstreamAuth> opened) {
        return new CachingWallet(opening(opened.doOnSubscribe(_ -> openings.incrementAndGet())), NO_TOKENS, NO_OTHERS);
    }

    /** Gateways of which only {@code open} is asked. */
    private static Gateways opening(Mono<UpstreamAuth> opened) {
        return (Gateways) Proxy.newProxyInstance(
                Gateways.class.getClassLoader(), new Class<?>[] {Gateways.class}, (_, method, _) -> {
                    assertThat(method.getName()).isEqualTo("open");
                    return opened;
                });
    }

    private Credential equipped(String url, UpstreamAuth auth) {
        return wallet(Mono.just(auth))
                .equip(Permits.own(gateway(url, 1, "sealed")))
                .map(Outbound::credential)
                .block(Duration.ofSeconds(5));
    }

    @Test
    void sendsNothingWhereThereIsNoCredential() {
        var credential = equipped("http://up.example/mcp", new UpstreamAuth.None());

        assertThat(credential.uri()).isEqualTo(URI.create("http://up.example/mcp"));
        assertThat(credential.headers().isEmpty()).isTrue();
    }

    @Test
    void sendsABearerToken() {
        var credential = equipped("http://up.example/mcp", new UpstreamAuth.Bearer(new Secret("t0ken")));

        assertThat(credential.headers().get("Authorization")).isEqualTo("Bearer t0ken");
        assertThat(credential.headers().size()).isEqualTo(1);
    }

    @Test
    void sendsUserAndPasswordInUtf8() {
        var credential = equipped("http://up.example/mcp", new UpstreamAuth.Basic("test", new Secret("123£:x")));

        // RFC 7617, 2.1 has "test:123£" as its example
        assertThat(new String(
                        Base64.getDecoder()
                                .decode(credential
                                        .headers()
                                        .get("authorization")
                                        .substring("Basic ".length())),
                        StandardCharsets.UTF_8))
                .isEqualTo("test:123£:x");
        assertThat(equipped("http://up.example/mcp", new UpstreamAuth.Basic("test", new Secret("123£")))
                        .headers()
                        .get("authorization"))
                .isEqualTo("Basic dGVzdDoxMjPCow==");
    }

    @Test
    void sendsHeadersOfTheOperatorsOwn() {
        var credential = equipped(
                "http://up.example/mcp",
                new UpstreamAuth.Headers(List.of(
                        new UpstreamAuth.Headers.Header("X-Api-Key", new Secret("k")),
                        new UpstreamAuth.Headers.Header("X-Org", new Secret("o")))));

        assertThat(credential.headers().get("x-api-key")).isEqualTo("k");
        assertThat(credential.headers().get("x-org")).isEqualTo("o");
        assertThat(credential.headers().size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "http://up.example/mcp, http://up.example/mcp?api%20key=a%26b%3D%2B%2F%20%C3%BC%0D%23",
        "http://up.example, http://up.example?api%20key=a%26b%3D%2B%2F%20%C3%BC%0D%23",
        "http://up.example/mcp?, http://up.example/mcp?api%20key=a%26b%3D%2B%2F%20%C3%BC%0D%23",
        "http://up.example/mcp?x=%20y, http://up.example/mcp?x=%20y&api%20key=a%26b%3D%2B%2F%20%C3%BC%0D%23",
        "http://up.example/mcp?x=1#here, http://up.example/mcp?x=1&api%20key=a%26b%3D%2B%2F%20%C3%BC%0D%23",
        "http://up.example/mcp#here, http://up.example/mcp?api%20key=a%26b%3D%2B%2F%20%C3%BC%0D%23"
    })
    void appendsAQueryParameterToWhatIsThere(String url, String expected) {
        var credential = equipped(url, new UpstreamAuth.QueryParam("api key", new Secret("a&b=+/ ü\r#")));

        assertThat(credential.uri()).isEqualTo(URI.create(expected));
        assertThat(credential.headers().isEmpty()).isTrue();
    }

    @Test
    void opensACredentialOnceForAsLongAsTheGatewayStays() {
        var wallet = wallet(Mono.just(new UpstreamAuth.Bearer(new Secret("t"))));
        for (int i = 0; i < 5; i++) {
            assertThat(wallet.equip(Permits.own(gateway("http://up.example/mcp", 1, "sealed")))
                            .block())
                    .isNotNull();
        }
        assertThat(openings).hasValue(1);

        for (var changed : List.of(
                gateway("http://up.example/mcp", 2, "sealed"),
                gateway("http://up.example/mcp", 2, "swapped"),
                gateway("http://other.example/mcp", 2, "swapped"))) {
            var before = openings.get();
            assertThat(wallet.equip(Permits.own(changed)).block().credential().uri())
                    .isEqualTo(changed.url());
            assertThat(openings).hasValue(before + 1);
        }
    }

    @Test
    void whatDoesNotOpenIsRefusedAndNotReplacedByWhatOnceOpened() {
        var refusal = new Refusal(new Reason.Unavailable("does not open", Duration.ofMinutes(1)));
        var answers = new AtomicInteger();
        var wallet = wallet(Mono.defer(() -> answers.getAndIncrement() == 0
                ? Mono.just(new UpstreamAuth.Bearer(new Secret("t")))
                : Mono.error(refusal)));
        assertThat(wallet.equip(Permits.own(gateway("http://up.example/mcp", 1, "sealed")))
                        .block())
                .isNotNull();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> wallet.equip(Permits.own(gateway("http://up.example/mcp", 1, "swapped")))
                            .block())
                    .isSameAs(refusal);
        }
    }

    @Test
    void aStoredValueThatBreaksTheMessageIsNeverSentNorShown() {
        for (var auth : List.of(
                new UpstreamAuth.Bearer(new Secret("s3cret\r\nEvil: 1")),
                new UpstreamAuth.Headers(
                        List.of(new UpstreamAuth.Headers.Header("X-K\r\nEvil", new Secret("s3cret")))))) {
            var refused = org.assertj.core.api.Assertions.catchThrowableOfType(
                    Refusal.class, () -> equipped("http://up.example/mcp", auth));

            assertThat(refused.reason()).isInstanceOf(Reason.Unavailable.class);
            assertThat(refused).hasNoCause();
            assertThat(refused.getMessage())
                    .contains("an operator must set it again")
                    .doesNotContain("s3cret", "Evil");
        }
    }

    @Test
    void nothingPrintsACredential() {
        var auth = new UpstreamAuth.QueryParam("key", new Secret("s3cret"));
        var credential = equipped("http://up.example/mcp", auth);

        assertThat(credential.toString()).doesNotContain("s3cret");
        assertThat(auth.toString()).doesNotContain("s3cret");
        assertThat(Equipment.of(gateway("http://up.example/mcp", 1, "x"), auth, NO_TOKENS)
                        .toString())
                .doesNotContain("s3cret");
    }

    private record Kept(Credential credential, WeakReference<Permit> call) {}

    private Kept kept() {
        var permit = Permits.own(gateway("http://up.example/mcp", 1, "sealed"));
        var equipped = wallet(Mono.just(new UpstreamAuth.Bearer(new Secret("t0ken"))))
                .equip(permit)
                .block(Duration.ofSeconds(5));
        return new Kept(equipped.credential(), new WeakReference<>(permit));
    }

    /** What waits for a further use of an upstream would else hold the last call's body for as long. */
    @Test
    void aCredentialThatIsKeptKeepsNoCall() {
        var kept = kept();

        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return kept.call().refersTo(null) && kept.credential() != null;
        });
    }

    @Test
    void theHeadersCannotBeChangedByWhoSendsThem() {
        var credential = equipped("http://up.example/mcp", new UpstreamAuth.Bearer(new Secret("t")));

        assertThatThrownBy(() -> credential.headers().set("Authorization", "other"))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
