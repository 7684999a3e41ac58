package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is said of clients that show themselves by a signature. */
class ClientKeyTests extends EdgeTest {

    private static final ECKey KEY = key();

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With the fields of {@code more}, where KEY stands for one. */
    private static ObjectNode gateway(String more) {
        var body = JsonMapper.shared().createObjectNode();
        body.put("name", "keyed").put("url", "https://mcp.example.com/mcp").put("auth_type", "oauth");
        var config = body.putObject("oauth_config");
        JsonMapper.shared()
                .readTree("{" + more.replace('\'', '"') + "}")
                .forEachEntry((name, value) -> config.put(
                        name,
                        value.asString()
                                .replace("PUBLIC KEY", KEY.toPublicJWK().toJSONString())
                                .replace("THE KEY", KEY.toJSONString())));
        return body;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'token_endpoint_auth_method':'private_key_jwt'|client_key|is missing",
                "'client_key':'THE KEY','token_endpoint_auth_method':'client_secret_post','client_secret':'s'|client_key|belongs to token_endpoint_auth_method private_key_jwt",
                "'client_key':'THE KEY','token_endpoint_auth_method':'none'|client_key|belongs to",
                "'client_key':'THE KEY','client_secret':'s'|client_secret|leave it out",
                "'client_key':'s3cret'|client_key|must be a private key",
                "'client_key':'PUBLIC KEY'|client_key|is a public key",
                "'client_key':'*****'|client_key|no stored value",
                "'client_key_id':'k','client_secret':'s'|client_key_id|belongs to client_key",
                "'token_endpoint_auth_method':'client_secret_jwt','client_secret':'s'|token_endpoint_auth_method|private_key_jwt",
                "'grant_type':'id_jag','issuer':'https://a.example.com','client_secret':'s','idp_token_url':'https://i.example.com/t','idp_client_id':'i','idp_client_key':'s3cret'|idp_client_key|must be a private key",
                "'grant_type':'id_jag','issuer':'https://a.example.com','client_secret':'s','idp_token_url':'https://i.example.com/t','idp_client_id':'i','idp_token_endpoint_auth_method':'private_key_jwt'|idp_client_key|is missing",
                "'idp_client_key':'THE KEY','client_secret':'s'|idp_client_key|belongs to grant_type id_jag",
            },
            quoteCharacter = '"')
    void namesTheFieldThatItRefuses(String more, String field, String message) {
        var body = gateway("'client_id':'c','token_url':'https://as.example.com/token'," + more);

        var problem = Given.gateway(as("root"), body.toString(), 422);

        assertThat(problem.path("errors").values()).anySatisfy(error -> {
            assertThat(error.path("field").asString()).isEqualTo("oauth_config." + field);
            assertThat(error.path("message").asString()).contains(message);
        });
        assertThat(problem.toString()).doesNotContain("s3cret", KEY.getD().toString());
    }

    /** To whom this gateway shows itself is not for an upstream to say. */
    @Test
    void aKeyIsThatOfAClientAtAServerThatTheOperatorNames() {
        var nobodys = gateway("'issuer':'https://as.example.com','client_key':'THE KEY'");
        var anybodys = gateway("'client_id':'c','client_key':'THE KEY'");

        assertThat(Given.gateway(as("root"), nobodys.toString(), 422).toString())
                .contains("oauth_config.client_id", "client_key is that of a client");
        assertThat(Given.gateway(as("root"), anybodys.toString(), 422).toString())
                .contains("oauth_config.client_key", "wants issuer or token_url");
    }

    @Test
    void whoSendsAKeyNeedNotSayHowItIsShown() {
        var body = gateway("'client_id':'c','token_url':'https://as.example.com/token','client_key':'THE KEY'");

        var made = Given.gateway(as("root"), body.toString(), 201);

        assertThat(made.toString()).doesNotContain(KEY.getD().toString());
    }
}
