package io.penstock.api.documents;

import io.penstock.api.accounts.AssignmentController;
import io.penstock.api.accounts.InvitationController;
import io.penstock.api.accounts.LoginController;
import io.penstock.api.accounts.MemberController;
import io.penstock.api.accounts.RoleController;
import io.penstock.api.accounts.TeamController;
import io.penstock.api.accounts.UserController;
import io.penstock.api.signin.RevocationController;
import io.penstock.api.signin.SessionsController;
import io.penstock.api.tokens.ApiTokenController;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;

/** Schemas of the bodies of users, roles, teams and sign-ins. */
final class AccountSchemas {

    private static final String PATCH = "Only what is named is changed; null clears (RFC 7396)";

    private static final Map<Class<?>, String> OF_CONTROLLERS = Map.of(
            UserController.class, "User",
            RoleController.class, "Role",
            AssignmentController.class, "Assignment",
            TeamController.class, "Team",
            MemberController.class, "Member",
            InvitationController.class, "Member",
            SessionsController.class, "SessionRevocation",
            RevocationController.class, "Revocation",
            ApiTokenController.class, "ApiToken");

    private AccountSchemas() {}

    /** The name of the schema of a handler's body; null where the handler is none of accounts or tokens. */
    static @Nullable String of(HandlerMethod handler) {
        String method = handler.getMethod().getName();
        if (handler.getBeanType() == LoginController.class) {
            return method.equals("login") ? "LoginInput" : "PasswordInput";
        }
        String kind = OF_CONTROLLERS.get(handler.getBeanType());
        return kind == null ? null : kind + (method.equals("patch") ? "Patch" : "Input");
    }

    static void addTo(Components components) {
        components
                .addSchemas("UserInput", user().required(List.of("email")))
                .addSchemas("UserPatch", user().description(PATCH).example(Map.of("enabled", false)))
                .addSchemas("RoleInput", role().required(List.of("name", "scopes")))
                .addSchemas("RolePatch", role().description(PATCH))
                .addSchemas("AssignmentInput", assignment().required(List.of("role")))
                .addSchemas("TeamInput", team().required(List.of("name")))
                .addSchemas("TeamPatch", team().description(PATCH))
                .addSchemas("MemberInput", member().required(List.of("email")))
                .addSchemas("MemberPatch", member().example(Map.of("role", "owner")))
                .addSchemas("SessionRevocationInput", revocation().required(List.of("user")))
                .addSchemas("RevocationInput", recall())
                .addSchemas("LoginInput", login().required(List.of("email", "password")))
                .addSchemas("PasswordInput", change().required(List.of("email", "password", "new_password")));
    }

    private static Schema<?> revocation() {
        return new ObjectSchema().addProperty("user", email());
    }

    private static Schema<?> recall() {
        return new ObjectSchema()
                .addProperty("jti", InputSchemas.text(1024).description("this, or token"))
                .addProperty("issuer", InputSchemas.text(1024).description("its iss; without it JWT_ISSUER"))
                .addProperty(
                        "expires_at",
                        InputSchemas.text(50)
                                .description("when it ends by itself; without it JWT_MAX_LIFETIME from now")
                                .example("2030-01-01T00:00:00Z"))
                .addProperty("token", secret("the token itself").maxLength(16 * 1024));
    }

    private static Schema<?> user() {
        return new ObjectSchema()
                .addProperty("email", email())
                .addProperty("full_name", InputSchemas.text(255))
                .addProperty("enabled", new BooleanSchema()._default(true))
                .addProperty("password", secret("without one the user signs in elsewhere"))
                .addProperty(
                        "must_change_password",
                        new BooleanSchema().description("true where a password is given and nothing else is said"));
    }

    private static Schema<?> role() {
        return new ObjectSchema()
                .addProperty("name", InputSchemas.text(63).example("auditor"))
                .addProperty("description", InputSchemas.text(8192))
                .addProperty(
                        "scopes",
                        new ArraySchema()
                                .items(InputSchemas.text(255))
                                .maxItems(500)
                                .example(List.of("audit.read")));
    }

    private static Schema<?> assignment() {
        return new ObjectSchema()
                .addProperty("role", InputSchemas.text(63).example("developer"))
                .addProperty("team_id", InputSchemas.text(255).description("where; everywhere without it"));
    }

    private static Schema<?> team() {
        return new ObjectSchema()
                .addProperty("name", InputSchemas.text(255).example("Team Alpha"))
                .addProperty(
                        "id",
                        InputSchemas.text(63)
                                .description("what gateways and tokens call it; for those with teams.create alone")
                                .example("team-alpha"))
                .addProperty("description", InputSchemas.text(8192))
                .addProperty("max_members", new IntegerSchema().minimum(BigDecimal.ONE));
    }

    private static Schema<?> member() {
        return new ObjectSchema()
                .addProperty("email", email())
                .addProperty("role", InputSchemas.choice("member", "owner")._default("member"));
    }

    private static Schema<?> login() {
        return new ObjectSchema().addProperty("email", email()).addProperty("password", secret("the present password"));
    }

    private static Schema<?> change() {
        return login().addProperty("new_password", secret("the password from now on"));
    }

    private static Schema<?> email() {
        return InputSchemas.text(320).example("ann@example.com");
    }

    private static Schema<?> secret(String what) {
        return new StringSchema().maxLength(1024).format("password").description(what);
    }
}
