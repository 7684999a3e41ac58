package io.penstock.caller.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import io.penstock.caller.jwt.JwtSettings.TrustedIssuer;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import reactor.core.publisher.Mono;

class JwtConfigurationTests {

    @TempDir
    private Path folder;

    /** S17. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "my-test-key",
                "your-secret-key-min-32-chars!!",
                "short",
                "your-secret-key-min-32-chars!!!!!!",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "abcdefghabcdefghabcdefghabcdefgh",
                "changemechangemechangemechangeme12345"
            })
    void aMissingShortOrKnownSecretStopsTheStartAndIsNotShown(String secret) {
        assertThatThrownBy(() -> issuers(settings(secret, "HS256", null, null, List.of())))
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, error -> {
                    assertThat(error.getName()).isEqualTo("JWT_SECRET_KEY");
                    assertThat(error.getValue()).isNull();
                    assertThat(error.getReason()).contains("openssl rand");
                });
    }

    @Test
    void aSecretHasToBeAsLongAsItsHash() {
        String bytes40 = Tokens.SECRET.substring(0, 40);

        assertThat(issuers(settings(bytes40, "HS256", null, null, List.of()))).hasSize(1);
        wrong(settings(bytes40, "HS384", null, null, List.of()), "JWT_SECRET_KEY");
        wrong(settings(bytes40, "HS512", null, null, List.of()), "JWT_SECRET_KEY");
        assertThat(issuers(settings(Tokens.SECRET, "HS512", null, null, List.of())))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS1", "PS256", "EdDSA", "", "hs256"})
    void anAlgorithmThatIsNotTakenStopsTheStart(String algorithm) {
        wrong(settings(Tokens.SECRET, algorithm, null, null, List.of()), "JWT_ALGORITHM");
    }

    @Test
    void aPublicKeyIsReadFromPem() throws Exception {
        Path rsa = pem("rsa.pem", "PUBLIC KEY", Tokens.RSA.toRSAPublicKey());
        Path ec = pem("ec.pem", "PUBLIC KEY", Tokens.EC.toECPublicKey());

        assertThat(issuers(settings("", "RS512", rsa, null, List.of()))
                        .getFirst()
                        .algorithms())
                .containsExactly(JWSAlgorithm.RS512);
        assertThat(issuers(settings("", "ES256", ec, null, List.of()))).hasSize(1);
        wrong(settings("", "ES384", ec, null, List.of()), "JWT_PUBLIC_KEY_PATH");
        wrong(settings("", "ES256", rsa, null, List.of()), "JWT_PUBLIC_KEY_PATH");
        wrong(settings("", "RS256", null, null, List.of()), "JWT_PUBLIC_KEY_PATH");
        wrong(settings("", "RS256", folder.resolve("absent.pem"), null, List.of()), "JWT_PUBLIC_KEY_PATH");
    }

    @Test
    void aPrivateKeyIsNoPublicKeyAndIsNotShown() throws Exception {
        Path file = pem("private.pem", "PRIVATE KEY", Tokens.RSA.toRSAPrivateKey());

        assertThatThrownBy(() -> issuers(settings("", "RS256", file, null, List.of())))
                .hasMessageContaining("JWT_PUBLIC_KEY_PATH")
                .hasMessageNotContaining("MII");
    }

    @Test
    void publishedKeysSufficeWithoutASecret() {
        var settings = settings("", "HS256", null, URI.create("https://idp.example.com/jwks"), List.of());

        assertThat(issuers(settings)).singleElement().satisfies(issuer -> {
            assertThat(issuer.name()).isEqualTo("penstock");
            assertThat(issuer.algorithms()).isEqualTo(Algorithms.ASYMMETRIC);
        });
        wrong(settings("", "HS256", null, URI.create("ftp://idp.example.com"), List.of()), "JWT_JWKS_URL");
        wrong(settings("", "HS256", null, URI.create("idp.example.com/jwks"), List.of()), "JWT_JWKS_URL");
    }

    @Test
    void aTrustedIssuerIsNotBelievedMoreThanItsClaimsSay() {
        var plain = trusted("https://a.example.com", List.of("RS256"), List.of("teams"));
        var admin = trusted("https://b.example.com", List.of("ES256"), List.of("is_admin", "scopes"));

        assertThat(issuers(settings(Tokens.SECRET, "HS256", null, null, List.of(plain, admin))))
                .extracting(Issuer::name, Issuer::claims)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("penstock", java.util.EnumSet.allOf(Issuer.Claim.class)),
                        org.assertj.core.groups.Tuple.tuple(
                                "https://a.example.com", java.util.Set.of(Issuer.Claim.TEAMS)),
                        org.assertj.core.groups.Tuple.tuple(
                                "https://b.example.com", java.util.Set.of(Issuer.Claim.IS_ADMIN, Issuer.Claim.SCOPES)));
    }

    @Test
    void aTrustedIssuerThatIsWrongIsNamed() {
        wrong(
                with(trusted("https://a.example.com", List.of("HS256"), List.of())),
                "penstock.jwt.issuers[0].algorithms");
        wrong(with(trusted("https://a.example.com", List.of("none"), List.of())), "penstock.jwt.issuers[0].algorithms");
        wrong(
                with(trusted("https://a.example.com", List.of("RS256"), List.of("root"))),
                "penstock.jwt.issuers[0].claims");
        wrong(with(trusted("penstock", List.of("RS256"), List.of())), "penstock.jwt.issuers[0].issuer");
        wrong(with(trusted("", List.of("RS256"), List.of())), "penstock.jwt.issuers[0].issuer");
    }

    private static JwtSettings with(TrustedIssuer issuer) {
        return settings(Tokens.SECRET, "HS256", null, null, List.of(issuer));
    }

    private static TrustedIssuer trusted(String issuer, List<String> algorithms, List<String> claims) {
        return new TrustedIssuer(issuer, URI.create("https://a.example.com/jwks"), null, algorithms, claims);
    }

    private static void wrong(JwtSettings settings, String name) {
        assertThatThrownBy(() -> issuers(settings))
                .isInstanceOfSatisfying(
                        InvalidConfigurationPropertyValueException.class,
                        error -> assertThat(error.getName()).isEqualTo(name));
    }

    private static JwtSettings settings(
            String secret, String algorithm, Path file, URI jwks, List<TrustedIssuer> issuers) {
        return new JwtSettings(
                new Secret(secret), algorithm, file, null, jwks, "penstock", "penstock", Duration.ofDays(366), issuers);
    }

    private static List<Issuer> issuers(JwtSettings settings) {
        return JwtConfiguration.issuers(settings, (issuer, url) -> kid -> Mono.just(List.of()));
    }

    private Path pem(String name, String label, Key key) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }
}
