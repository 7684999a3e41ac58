package io.penstock.api.documents;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.penstock.api.input.Body;
import io.penstock.api.input.Parameters;
import io.penstock.caller.Caller;
import io.penstock.caller.session.SessionCookie;
import io.penstock.ingress.IngressSettings;
import io.penstock.wire.Request;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** What the document of the API holds besides what can be read off the handlers. */
@Configuration(proxyBeanMethods = false)
class OpenApiSetup {

    static final String BEARER = "bearer";
    static final String COOKIE = "cookie";

    static {
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(Caller.class, Request.class, Body.class, Parameters.class)
                .replaceWithSchema(JsonNode.class, new ObjectSchema());
    }

    /** The names of views as they are written: snake_case. */
    @Bean
    ModelResolver modelResolver(ObjectMapperProvider provider) {
        return new ModelResolver(
                provider.jsonMapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
    }

    @Bean
    OpenAPI openApi(IngressSettings ingress) {
        var scheme = new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .bearerFormat("JWT")
                .description(
                        "A JWT or an API token. Its scopes, or its user's role, decide what it may do; each operation names its scope.");
        var components = new Components()
                .addSecuritySchemes(BEARER, scheme)
                .addSecuritySchemes(COOKIE, cookie())
                .addSchemas("Problem", InputSchemas.problem())
                .addSchemas("GatewayInput", InputSchemas.gateway())
                .addSchemas("GatewayPatch", InputSchemas.gatewayPatch())
                .addSchemas("ServerInput", ServerSchemas.input())
                .addSchemas("ServerPatch", ServerSchemas.patch())
                .addSchemas("FeaturePatch", InputSchemas.featurePatch())
                .addSchemas("CredentialInput", InputSchemas.credential())
                .addSchemas("ConnectionRevocationInput", OAuthSchemas.revocation());
        AccountSchemas.addTo(components);
        TokenSchemas.addTo(components);
        return new OpenAPI()
                .info(
                        new Info()
                                .title("Penstock")
                                .version("0.1.0")
                                .description(
                                        "A reactive MCP gateway. Lists are bare arrays, newest first, with the next page in the Link header;"
                                                + " errors are problem details (RFC 9457); secrets are write-only and read as *****."))
                .servers(List.of(new Server().url(ingress.url(""))))
                .components(components);
    }

    private static SecurityScheme cookie() {
        return new SecurityScheme()
                .type(SecurityScheme.Type.APIKEY)
                .in(SecurityScheme.In.COOKIE)
                .name(SessionCookie.NAME)
                .description("The session of who signed in at /oauth/login; the user's groups and roles decide.");
    }

    @Bean
    GlobalOperationCustomizer operations() {
        return OperationDocuments::complete;
    }

    @Bean
    GlobalOpenApiCustomizer endpoints() {
        return document -> {
            McpPaths.addTo(document);
            ViewExamples.addTo(document.getComponents());
            ServerSchemas.addExample(document.getComponents());
            TokenSchemas.addExample(document.getComponents());
        };
    }
}
