package io.penstock.oauth.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenAnswerTests {

    private static Granted read(int status, String body) throws TokenRefused {
        return TokenAnswer.read(status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static TokenRefused refused(int status, String body) {
        return catchThrowableOfType(TokenRefused.class, () -> read(status, body));
    }

    private static String token(String more) {
        return "{\"access_token\":\"t\",\"token_type\":\"bearer\"" + more + "}";
    }

    @Test
    void aWholeAnswerIsRead() throws TokenRefused {
        var granted = read(
                200,
                token(
                        ",\"expires_in\":3600,\"refresh_token\":\"r\",\"scope\":\"read:user repo\",\"id_token\":\"x.y.z\""));

        assertThat(granted.access().reveal()).isEqualTo("t");
        assertThat(granted.refresh()).isNotNull();
        assertThat(granted.lifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(granted.scopes()).containsExactly("read:user", "repo");
        assertThat(granted.toString()).doesNotContain("=t,");
    }

    /** What a server may say of a lifetime, and what is believed of it, in seconds. */
    @ParameterizedTest
    @CsvSource({
        "'', 600",
        "',\"expires_in\":null', 600",
        "',\"expires_in\":\"3600\"', 3600",
        "',\"expires_in\":\"soon\"', 600",
        "',\"expires_in\":-1', 30",
        "',\"expires_in\":0', 30",
        "',\"expires_in\":1e12', 2592000",
        "',\"expires_in\":99999999999999999999', 2592000",
        "',\"expires_in\":{}', 600",
        "',\"expires_in\":3599.5', 3599"
    })
    void aLifetimeIsClamped(String more, long seconds) throws TokenRefused {
        assertThat(read(200, token(more)).lifetime()).isEqualTo(Duration.ofSeconds(seconds));
    }

    /** The same of what a user agreed to: without a refresh token only the user could get another one. */
    @ParameterizedTest
    @CsvSource({
        "'', 315360000",
        "',\"expires_in\":31536000', 31536000",
        "',\"expires_in\":1e12', 315360000",
        "',\"expires_in\":3600', 3600",
        "',\"expires_in\":0', 30",
        "',\"refresh_token\":\"r\"', 600",
        "',\"refresh_token\":null', 315360000",
        "',\"refresh_token\":\"\"', 315360000",
        "',\"refresh_token\":\"r\",\"expires_in\":31536000', 2592000"
    })
    void whatNobodyCanRenewIsGoodForAsLongAsItsServerSays(String more, long seconds) throws TokenRefused {
        byte[] body = token(more).getBytes(StandardCharsets.UTF_8);

        assertThat(TokenAnswer.agreed(200, body).lifetime()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"'a,b', a;b", "' a  b ', a;b", "a, a"})
    void scopesAreWordsHoweverTheyAreJoined(String scope, String words) throws TokenRefused {
        assertThat(read(200, token(",\"scope\":\"" + scope + "\"")).scopes()).containsExactly(words.split(";"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|{\"access_token\":\"t\",\"token_type\":\"mac\"}|true",
                "200|{\"access_token\":\"t\"}|true",
                "200|{\"token_type\":\"bearer\"}|false",
                "200|{\"access_token\":\"a b\",\"token_type\":\"bearer\"}|false",
                "200|{\"access_token\":\"a\\r\\nb\",\"token_type\":\"bearer\"}|false",
                "200|{\"access_token\":7,\"token_type\":\"bearer\"}|false",
                "200|<html>sign in</html>|false",
                "200|[]|false",
                "200|{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"bearer\"}|false",
                "307||true",
                "404|nothing here|true",
                "500|oops|false",
                "503||false",
                "429||false",
                "401|{\"error\":\"invalid_client\"}|true",
                "400|{\"error\":\"invalid_scope\"}|true",
                "400|{\"error\":\"temporarily_unavailable\"}|false",
                "200|{\"error\":\"incorrect_client_credentials\"}|true",
            })
    void anAnswerWithoutATokenIsRefused(int status, String body, boolean certain) {
        var refused = refused(status, body == null ? "" : body);

        assertThat(refused.isCertain()).isEqualTo(certain);
        assertThat(refused.isGrantGone()).isFalse();
        assertThat(refused.detail()).startsWith("the token endpoint");
    }

    /** GitHub says it with a status of 200 and a word of its own. */
    @ParameterizedTest
    @CsvSource({"400, invalid_grant", "200, bad_refresh_token", "200, bad_verification_code"})
    void aGrantThatIsGoneIsTold(int status, String error) {
        assertThat(refused(status, "{\"error\":\"" + error + "\"}").isGrantGone())
                .isTrue();
    }

    /** Anybody may stand at that address. */
    @Test
    void nothingThatTheServerWroteIsRepeated() {
        var described = refused(400, "{\"error\":\"invalid_client\",\"error_description\":\"<script>\"}");
        var made = refused(400, "{\"error\":\"<script>alert(1)</script>\"}");

        assertThat(described.detail()).doesNotContain("script");
        assertThat(made.detail()).doesNotContain("script").contains("an error of its own");
    }
}
