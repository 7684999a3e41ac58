package io.penstock.caller.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The third source document's settings, by the names that operators set. */
class ProvidersTests {

    private static final Map<String, Object> COGNITO = Map.of(
            "MCP_AUTH_PROVIDER_TYPE", "cognito",
            "MCP_AUTH_COGNITO_USER_POOL_ID", "us-east-1_Ab12Cd34E",
            "MCP_AUTH_COGNITO_CLIENT_ID", "the-client",
            "MCP_AUTH_COGNITO_CLIENT_SECRET", "the-secret-hush",
            "MCP_AUTH_COGNITO_CALLBACK_URI", "http://localhost:7860/oauth/callback/cognito",
            "MCP_AUTH_COGNITO_REGION", "us-east-1");
    private static final Map<String, Object> OKTA = Map.of(
            "MCP_AUTH_PROVIDER_TYPE", "okta",
            "MCP_AUTH_OKTA_TENANT_URL", "https://your-domain.okta.com",
            "MCP_AUTH_OKTA_CLIENT_ID", "the-client",
            "MCP_AUTH_OKTA_CLIENT_SECRET", "the-secret-hush",
            "MCP_AUTH_OKTA_CALLBACK_URI", "http://localhost:7860/oauth/callback/okta");
    private static final Map<String, Object> GENERIC = Map.of(
            "MCP_AUTH_PROVIDER_TYPE", "generic",
            "MCP_AUTH_CLIENT_ID", "the-client",
            "MCP_AUTH_CLIENT_SECRET", "the-secret-hush",
            "MCP_AUTH_AUTHORIZE_URL", "https://your-provider.com/oauth2/authorize",
            "MCP_AUTH_TOKEN_URL", "https://your-provider.com/oauth2/token",
            "MCP_AUTH_JWKS_URL", "https://your-provider.com/.well-known/jwks.json",
            "MCP_AUTH_CALLBACK_URI", "http://localhost:7860/oauth/callback",
            "MCP_AUTH_SCOPES", "openid profile email",
            "MCP_AUTH_ISSUER", "https://your-provider.com");

    private static SignInSettings settings(Map<String, Object> given, String name, String value) throws Exception {
        var environment = new StandardEnvironment();
        var all = new HashMap<>(given);
        if (!name.isEmpty()) {
            all.put(name, value);
        }
        environment.getPropertySources().addFirst(new MapPropertySource("given", all));
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        return Binder.get(environment)
                .bind("penstock.sign-in", SignInSettings.class)
                .get();
    }

    private static Map<String, Object> of(String kind) {
        return switch (kind) {
            case "cognito" -> COGNITO;
            case "okta" -> OKTA;
            default -> GENERIC;
        };
    }

    @Test
    void theDocumentsExamplesAreTaken() throws Exception {
        var cognito = Providers.of(settings(COGNITO, "", ""));
        var okta = Providers.of(settings(OKTA, "", ""));
        var generic = Providers.of(settings(GENERIC, "", ""));

        assertThat(cognito.issuer()).isEqualTo("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab12Cd34E");
        assertThat(cognito.scopes()).isEqualTo("openid email");
        assertThat(okta.issuer()).isEqualTo("https://your-domain.okta.com");
        assertThat(okta.scopes()).isEqualTo("openid profile email groups");
        assertThat(okta.endpoints()).isNull();
        assertThat(generic.callback()).hasToString("http://localhost:7860/oauth/callback");
        assertThat(generic.endpoints().token()).hasToString("https://your-provider.com/oauth2/token");
        assertThat(generic.toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "cognito, MCP_AUTH_PROVIDER_TYPE, ''",
        "cognito, MCP_AUTH_PROVIDER_TYPE, github",
        "cognito, MCP_AUTH_COGNITO_USER_POOL_ID, ''",
        "cognito, MCP_AUTH_COGNITO_USER_POOL_ID, eu-west-1_Ab12Cd34E",
        "cognito, MCP_AUTH_COGNITO_USER_POOL_ID, us-east-1_x/../evil",
        "cognito, MCP_AUTH_COGNITO_CLIENT_ID, ''",
        "cognito, MCP_AUTH_COGNITO_CLIENT_SECRET, ''",
        "cognito, MCP_AUTH_COGNITO_CALLBACK_URI, ''",
        "cognito, MCP_AUTH_COGNITO_CALLBACK_URI, http://localhost:7860/oauth/callback/okta",
        "cognito, MCP_AUTH_COGNITO_CALLBACK_URI, http://mcp.example.com/oauth/callback/cognito",
        "cognito, MCP_AUTH_COGNITO_REGION, ''",
        "cognito, MCP_AUTH_COGNITO_REGION, us-east-1.evil.com#",
        "okta, MCP_AUTH_OKTA_TENANT_URL, ''",
        "okta, MCP_AUTH_OKTA_TENANT_URL, your-domain.okta.com",
        "okta, MCP_AUTH_OKTA_TENANT_URL, http://your-domain.okta.com",
        "okta, MCP_AUTH_OKTA_CLIENT_ID, ''",
        "okta, MCP_AUTH_OKTA_CLIENT_SECRET, ''",
        "okta, MCP_AUTH_OKTA_CALLBACK_URI, ''",
        "generic, MCP_AUTH_CLIENT_ID, ''",
        "generic, MCP_AUTH_CLIENT_SECRET, ''",
        "generic, MCP_AUTH_AUTHORIZE_URL, ''",
        "generic, MCP_AUTH_AUTHORIZE_URL, javascript:alert(1)",
        "generic, MCP_AUTH_AUTHORIZE_URL, 'data:text/html,x'",
        "generic, MCP_AUTH_AUTHORIZE_URL, file:///etc/passwd",
        "generic, MCP_AUTH_AUTHORIZE_URL, http://your-provider.com/authorize",
        "generic, MCP_AUTH_TOKEN_URL, ''",
        "generic, MCP_AUTH_JWKS_URL, ''",
        "generic, MCP_AUTH_JWKS_URL, https://me:it@your-provider.com/jwks",
        "generic, MCP_AUTH_CALLBACK_URI, ''",
        "generic, MCP_AUTH_CALLBACK_URI, https://mcp.example.com/elsewhere",
        "generic, MCP_AUTH_ISSUER, ''",
        "generic, MCP_AUTH_ISSUER, https://your-provider.com?x=y",
        "generic, MCP_AUTH_SCOPES, profile email",
        "generic, MCP_AUTH_LOGOUT_URL, javascript:alert(1)"
    })
    void aSettingThatIsMissingOrWrongIsNamed(String kind, String name, String value) throws Exception {
        var settings = settings(of(kind), name, value);

        var wrong =
                catchThrowableOfType(InvalidConfigurationPropertyValueException.class, () -> Providers.of(settings));

        assertThat(wrong.getName()).isEqualTo(name);
        assertThat(wrong.getReason()).startsWith("It must").doesNotContain("hush");
    }

    @Test
    void genericEndpointsMayAllBeReadFromTheIssuersMetadata() throws Exception {
        var without = new HashMap<>(GENERIC);
        without.keySet()
                .removeAll(java.util.List.of("MCP_AUTH_AUTHORIZE_URL", "MCP_AUTH_TOKEN_URL", "MCP_AUTH_JWKS_URL"));

        assertThat(Providers.of(settings(without, "", "")).endpoints()).isNull();
    }
}
