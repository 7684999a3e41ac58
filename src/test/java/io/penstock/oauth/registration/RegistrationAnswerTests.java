package io.penstock.oauth.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.egress.Egresses;
import io.penstock.egress.JsonAnswer;
import io.penstock.oauth.server.Pointers;
import io.penstock.oauth.server.Undiscovered;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a hostile or broken registration endpoint may answer. */
class RegistrationAnswerTests {

    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final Registration ASKED =
            new Registration("https://gateway.example.com/oauth/callback", ClientAuth.CLIENT_SECRET_BASIC);
    private static final Pointers POINTERS = new Pointers(Egresses.destinations());

    private static Registered read(int status, String body, Registration asked) throws Undiscovered {
        JsonNode json = JsonMapper.shared().readTree(body);
        return RegistrationAnswer.read(new JsonAnswer(status, json.isObject() ? json : null), asked, POINTERS, NOW);
    }

    private static String client(String more) {
        return "{\"client_id\":\"id\",\"client_secret\":\"s3cret\"" + more + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "201|[]|without a client_id",
                "201|{}|without a client_id",
                "201|{\"client_id\":\"\",\"client_secret\":\"s\"}|without a client_id",
                "201|{\"client_id\":7,\"client_secret\":\"s\"}|without a client_id",
                "201|{\"client_id\":\"a\\r\\nb\",\"client_secret\":\"s\"}|without a client_id",
                "201|{\"client_id\":\"id\"}|without a client_secret",
                "201|{\"client_id\":\"id\",\"client_secret\":\"\"}|without a client_secret",
                "201|{\"client_id\":\"id\",\"client_secret\":\"a\\u0000b\"}|without a client_secret",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"client_secret_expires_at\":1000060}|ends within 10",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"client_secret_expires_at\":-1}|ends within 10",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"client_secret_expires_at\":\"never\"}|nobody knows when",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"client_secret_expires_at\":null}|nobody knows when",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"client_secret_expires_at\":1e400}|nobody knows when",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"token_endpoint_auth_method\":\"tls_client_auth\"}|auth_method",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"token_endpoint_auth_method\":\"none\"}|auth_method",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"redirect_uris\":[\"https://evil.example.com\"]}|other redirect_uris",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"redirect_uris\":[]}|other redirect_uris",
                "201|{\"client_id\":\"id\",\"client_secret\":\"s\",\"grant_types\":[\"implicit\"]}|other grant_types",
                "302|{}|with 302",
                "401|{\"error\":\"invalid_token\"}|with 401 (invalid_token): register it there by hand",
                "400|{\"error\":\"invalid_redirect_uri\",\"error_description\":\"<script>\"}|(invalid_redirect_uri)",
                "400|{\"error\":\"<script>alert(1)</script>\"}|with 400: register it",
                "500|{\"client_id\":\"id\",\"client_secret\":\"s\"}|with 500"
            })
    void whatMakesNoClientIsRefused(int status, String body, String why) {
        assertThatThrownBy(() -> read(status, body, ASKED))
                .isInstanceOf(Undiscovered.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("<script>")
                .hasMessageNotContaining("evil");
    }

    @Test
    void whatIsLongerThanItMayBeIsRefused() {
        assertThatThrownBy(() -> read(201, "{\"client_id\":\"" + "x".repeat(1025) + "\"}", ASKED))
                .hasMessageContaining("without a client_id");
    }

    @Test
    void aClientIsReadAsItWasMade() throws Undiscovered {
        var plain = read(201, client(",\"client_secret_expires_at\":0"), ASKED);
        var posting = read(
                200,
                client(",\"token_endpoint_auth_method\":\"client_secret_post\",\"client_secret_expires_at\":1003600"),
                ASKED);
        var untold = read(201, client(""), ASKED);
        var long99 = read(201, client(",\"client_secret_expires_at\":99999999999999"), ASKED);
        var open = read(201, client(""), new Registration("https://a.example.com/cb", ClientAuth.NONE));

        assertThat(plain.client().secret().reveal()).isEqualTo("s3cret");
        assertThat(plain.left()).isNull();
        assertThat(posting.client().auth()).isEqualTo(ClientAuth.CLIENT_SECRET_POST);
        assertThat(posting.left()).isEqualTo(Duration.ofHours(1));
        assertThat(untold.left()).isNull();
        assertThat(long99.left()).isEqualTo(Duration.ofDays(3650));
        assertThat(open.client().secret()).isNull();
        assertThat(plain.toString()).doesNotContain("s3cret");
    }

    /** A token for managing the registration goes to no address that is not safe. */
    @ParameterizedTest
    @CsvSource({
        "https://as.example.com/r,true",
        "http://as.example.com/r,false",
        "https://169.254.169.254/r,false",
        "nothing,false"
    })
    void whatManagesARegistrationIsKeptWhereItIsSafe(String url, boolean kept) throws Undiscovered {
        var read = read(
                201,
                client(",\"registration_client_uri\":\"" + url + "\",\"registration_access_token\":\"manage\""),
                ASKED);

        assertThat(read.management() != null).isEqualTo(kept);
        assertThat(read.managementToken() != null).isEqualTo(kept);
        assertThat(read.toString()).doesNotContain("manage=", "token=manage");
    }
}
