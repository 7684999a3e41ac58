package io.penstock.api.documents;

import io.penstock.api.AuditController;
import io.penstock.api.DryRuns;
import io.penstock.api.WhyController;
import io.penstock.api.accounts.UserController;
import io.penstock.api.calls.CallController;
import io.penstock.api.entrance.Rule;
import io.penstock.api.entrance.Triable;
import io.penstock.api.features.FeatureController;
import io.penstock.api.gateways.CredentialController;
import io.penstock.api.gateways.GatewayController;
import io.penstock.api.input.Body;
import io.penstock.api.input.Parameters;
import io.penstock.api.oauth.ConnectionController;
import io.penstock.api.servers.ServerController;
import io.penstock.api.signin.SessionsController;
import io.penstock.api.signin.SignInController;
import io.penstock.api.tokens.ApiTokenController;
import io.penstock.api.tokens.TokenUsageController;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.method.HandlerMethod;

/** Completes the description of an operation by what its handler takes and demands. */
final class OperationDocuments {

    private static final List<String> PAGE = List.of("limit", "cursor");
    private static final List<String> FILTER = List.of("team_id", "visibility", "tag", "q", "enabled", "id");
    private static final List<String> CALLS = List.of("user_email", "outcome", "since");
    private static final List<String> TRAIL =
            List.of("user_email", "action", "resource_type", "resource_id", "outcome", "since");

    private static final List<QueryParameter> CALL = List.of(
            query("method", "The MCP method of the call, like tools/call", true),
            query(
                    "target",
                    "The path of the endpoint, or the name of the gateway or server; /mcp unless it is said",
                    false),
            query("name", "The tool, resource or prompt that is meant", false),
            query("user", "Whose call it would be; one's own unless it is said", false));

    private OperationDocuments() {}

    static Operation complete(Operation operation, HandlerMethod handler) {
        operation.setOperationId(id(handler));
        if (takes(handler, Parameters.class)) {
            parameters(handler).forEach(operation::addParametersItem);
            refusal(operation, 422, "A parameter is wrong; errors names it");
        } else if (!handler.hasMethodAnnotation(GetMapping.class)) {
            refusal(operation, 422, "A parameter is unknown; errors names it");
        }
        if (takes(handler, Body.class)) {
            body(operation, handler);
        }
        if (takes(handler, PathVariable.class)) {
            refusal(operation, 404, "It does not exist, or the caller may not see it");
        }
        conditional(operation, handler);
        triable(operation, handler);
        demands(operation, handler);
        upstream(operation, handler);
        limited(operation, handler);
        refusal(operation, 500, "Something went wrong here");
        refusal(operation, 503, "It cannot be done now; Retry-After says when to try again");
        return operation;
    }

    private static String id(HandlerMethod handler) {
        var type = handler.getBeanType().getSimpleName().replace("Controller", "");
        var method = handler.getMethod().getName();
        return type.substring(0, 1).toLowerCase(Locale.ROOT)
                + type.substring(1)
                + method.substring(0, 1).toUpperCase(Locale.ROOT)
                + method.substring(1);
    }

    private static List<QueryParameter> parameters(HandlerMethod handler) {
        return handler.getBeanType() == WhyController.class
                ? CALL
                : names(handler).stream().map(OperationDocuments::query).toList();
    }

    private static List<String> names(HandlerMethod handler) {
        var type = handler.getBeanType();
        if (handler.getMethod().getName().equals("state")) {
            return List.of("activate");
        }
        if (type == AuditController.class) {
            return joined(PAGE, TRAIL);
        }
        if (type == ConnectionController.class) {
            return joined(PAGE, List.of("user", "gateway_id", "status"));
        }
        if (type == CallController.class) {
            return joined(PAGE, CALLS);
        }
        if (type == GatewayController.class) {
            return joined(joined(PAGE, List.of("name", "healthy")), FILTER);
        }
        if (type == ServerController.class) {
            return joined(joined(PAGE, List.of("name")), FILTER);
        }
        if (type == UserController.class && handler.getMethod().getName().equals("list")) {
            return joined(PAGE, List.of("q"));
        }
        if (type == SignInController.class) {
            return List.of("provider", "return_to");
        }
        if (type == SessionsController.class && handler.getMethod().getName().equals("all")) {
            return joined(PAGE, List.of("user"));
        }
        if (type == TokenUsageController.class) {
            return List.of("limit", "since");
        }
        if (type == ApiTokenController.class) {
            return joined(PAGE, List.of("owner", "team_id"));
        }
        return FeatureController.class.isAssignableFrom(type)
                ? joined(joined(PAGE, List.of("gateway_id", "federation_source")), FILTER)
                : PAGE;
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
    }

    private static QueryParameter query(String name) {
        return query(name, InputSchemas.meaning(name), name.equals("activate"));
    }

    private static QueryParameter query(String name, String meaning, boolean required) {
        var parameter = new QueryParameter();
        parameter.name(name).required(required).schema(InputSchemas.parameter(name));
        parameter.description(meaning);
        return parameter;
    }

    private static void body(Operation operation, HandlerMethod handler) {
        var patch = handler.getMethod().getName().equals("patch");
        var ofAccounts = AccountSchemas.of(handler);
        var schema = ofAccounts == null ? schema(handler.getBeanType(), patch) : ofAccounts;
        var media = new MediaType().schema(new Schema<>().$ref(schema));
        var content = new Content().addMediaType("application/json", media);
        if (patch) {
            content.addMediaType("application/merge-patch+json", media);
        }
        operation.setRequestBody(new RequestBody().required(true).content(content));
        refusal(operation, 400, "The body is not one strict JSON object");
        refusal(operation, 409, "Another object has that name");
        refusal(operation, 413, "The body is larger than 1 MiB");
        refusal(operation, 415, "Another Content-Type than the ones named here");
        refusal(operation, 422, "Fields are missing, wrong, unknown or the server's; errors names each");
    }

    private static String schema(Class<?> type, boolean patch) {
        if (type == ConnectionController.class) {
            return "ConnectionRevocationInput";
        }
        if (type == CredentialController.class) {
            return "CredentialInput";
        }
        if (FeatureController.class.isAssignableFrom(type)) {
            return "FeaturePatch";
        }
        return (type == ServerController.class ? "Server" : "Gateway") + (patch ? "Patch" : "Input");
    }

    private static void conditional(Operation operation, HandlerMethod handler) {
        if (handler.hasMethodAnnotation(GetMapping.class) || !takes(handler, ServerHttpRequest.class)) {
            return;
        }
        var header = new HeaderParameter();
        header.name("If-Match").required(false).schema(InputSchemas.parameter("if_match"));
        header.description("Changes only the version that this ETag names; without it the current one is changed");
        operation.addParametersItem(header);
        refusal(operation, 409, "Its state forbids that, a name is taken, or others change it again and again");
        refusal(operation, 412, "If-Match names another version than the current one");
    }

    private static void triable(Operation operation, HandlerMethod handler) {
        if (handler.hasMethodAnnotation(Triable.class)) {
            List.of(Triable.PARAMETER, DryRuns.LATEST).forEach(name -> operation.addParametersItem(query(name)));
        }
    }

    private static void demands(Operation operation, HandlerMethod handler) {
        switch (Rule.of(handler)) {
            case Rule.Holder holder -> {
                operation.setDescription(
                        "Needs the scope `" + holder.permission().scope() + "`.");
                secured(operation);
                refusal(operation, 403, "The scope " + holder.permission().scope() + " is missing");
            }
            case Rule.Somebody somebody -> secured(operation);
            case Rule.Anybody anybody -> operation.setSecurity(List.of());
            case null -> {}
        }
    }

    private static void secured(Operation operation) {
        operation.addSecurityItem(new SecurityRequirement().addList(OpenApiSetup.BEARER));
        operation.addSecurityItem(new SecurityRequirement().addList(OpenApiSetup.COOKIE));
        refusal(operation, 401, "Nobody, or nobody that can be believed");
    }

    private static void upstream(Operation operation, HandlerMethod handler) {
        var method = handler.getMethod().getName();
        if (method.equals("refresh") || method.equals("check") || method.equals("logout")) {
            refusal(operation, 409, "There is nothing to do that with: it is switched off, or no token was presented");
        }
        if (method.equals("accept")) {
            refusal(operation, 409, "The team is full, or the user is in it or in too many");
        }
        if (method.equals("refresh")) {
            refusal(operation, 502, "The upstream refused or answered what is no MCP; detail says why");
            refusal(operation, 504, "The upstream did not answer in time");
        }
    }

    private static void limited(Operation operation, HandlerMethod handler) {
        if (!(Rule.of(handler) instanceof Rule.Anybody(boolean limited)) || limited) {
            String description = "Beyond a limit; limit names it, and Retry-After says when to come back";
            operation.getResponses().addApiResponse("429", problem(description).headers(LimitHeaders.all()));
        }
    }

    private static void refusal(Operation operation, int status, String description) {
        operation.getResponses().addApiResponse(Integer.toString(status), problem(description));
    }

    private static ApiResponse problem(String description) {
        var problem = new MediaType().schema(new Schema<>().$ref("Problem"));
        return new ApiResponse()
                .description(description)
                .content(new Content().addMediaType("application/problem+json", problem));
    }

    private static boolean takes(HandlerMethod handler, Class<?> what) {
        return Arrays.stream(handler.getMethodParameters())
                .anyMatch(parameter -> parameter.getParameterType() == what
                        || Arrays.stream(parameter.getParameterAnnotations())
                                .anyMatch(annotation -> annotation.annotationType() == what));
    }
}
