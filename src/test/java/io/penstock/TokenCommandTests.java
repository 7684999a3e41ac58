package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTests {

    private static final String SECRET = "kP7vXq2m9sR4tY8wZ1bN6cD3fG5hJ0kLQ7rT4uV8xA2bC6dE";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsATokenAndNothingElse() throws Exception {
        int status = run(
                Map.of(),
                "--username",
                "Admin@Example.com",
                "--exp",
                "10080",
                "--secret",
                SECRET,
                "--admin",
                "--teams",
                "a, b");

        JWTClaimsSet claims = claims();
        assertThat(status).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(claims.getSubject()).isEqualTo("admin@example.com");
        assertThat(claims.getClaim("email")).isEqualTo("admin@example.com");
        assertThat(claims.getIssuer()).isEqualTo("penstock");
        assertThat(claims.getAudience()).containsExactly("penstock");
        assertThat(claims.getJWTID()).isNotBlank();
        assertThat(claims.getClaim("is_admin")).isEqualTo(true);
        assertThat(claims.getStringListClaim("teams")).containsExactly("a", "b");
        assertThat(claims.getClaim("scopes")).isNull();
        assertThat(Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofDays(7));
    }

    @Test
    void readsTheGatewaysSettings() throws Exception {
        run(
                Map.of("JWT_SECRET_KEY", SECRET, "JWT_ISSUER", "i", "JWT_AUDIENCE", "a", "JWT_ALGORITHM", "HS384"),
                "--username=reader",
                "--scopes=gateways.read,tools.read",
                "--secret",
                "");

        assertThat(SignedJWT.parse(printed()).getHeader().getAlgorithm().getName())
                .isEqualTo("HS384");
        assertThat(claims().getIssuer()).isEqualTo("i");
        assertThat(claims().getAudience()).containsExactly("a");
        assertThat(claims().getClaim("email")).isNull();
        assertThat(claims().getClaim("is_admin")).isEqualTo(false);
        assertThat(claims().getStringListClaim("scopes")).containsExactly("gateways.read", "tools.read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256"})
    void signsWithAPrivateKey(String algorithm, @TempDir Path folder) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm.startsWith("RS") ? "RSA" : "EC");
        generator.initialize(algorithm.startsWith("RS") ? 2048 : 256);
        byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
        Path file = Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");

        run(Map.of(), "--username", "a", "--algorithm", algorithm, "--private-key", file.toString());

        assertThat(SignedJWT.parse(printed()).getHeader().getAlgorithm().getName())
                .isEqualTo(algorithm);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--exp 10",
                "--username",
                "--username a --exp 0",
                "--username a --exp x",
                "--username a --exp -5",
                "--username a --exp 99999999",
                "--username a --nonsense",
                "--username a b",
                "--username a@b@c",
                "--username a --algorithm none",
                "--username a --algorithm RS256",
                "--username a --secret my-test-key",
                "--username a --algorithm RS256 --private-key /nowhere"
            })
    void badUsageIsOneLineAndStatus2(String arguments) {
        int status = run(Map.of("JWT_SECRET_KEY", SECRET), arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(status).isEqualTo(2);
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("token: ")
                .hasLineCount(1)
                .doesNotContain(SECRET);
    }

    @Test
    void aMissingSecretIsNamed() {
        assertThat(run(Map.of(), "--username", "a")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("JWT_SECRET_KEY");
    }

    private int run(Map<String, String> environment, String... arguments) {
        return new TokenCommand(environment)
                .run(
                        List.of(arguments),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private JWTClaimsSet claims() throws Exception {
        return SignedJWT.parse(printed()).getJWTClaimsSet();
    }

    private String printed() {
        assertThat(out.toString(StandardCharsets.UTF_8)).hasLineCount(1);
        return out.toString(StandardCharsets.UTF_8).strip();
    }
}
