package io.penstock.api;

import io.penstock.access.Explanation;
import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.api.entrance.Authenticated;
import io.penstock.api.input.Ids;
import io.penstock.api.input.Parameters;
import io.penstock.caller.Caller;
import io.penstock.caller.Directory;
import io.penstock.caller.Grants;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Why a call would be allowed or refused, without making it. */
@RestController
public final class WhyController {

    private final Gate gate;
    private final Directory directory;

    WhyController(Gate gate, Directory directory) {
        this.gate = gate;
        this.directory = directory;
    }

    /**
     * The answer.
     *
     * @param user whose call it would be
     * @param steps what was asked, in order; empty for a user who may not call at all
     */
    record Why(String user, boolean allowed, String outcome, List<Explanation.Step> steps) {}

    /** About oneself with the credential that is presented; about somebody else with what that user has, whatever the credential. */
    @Operation(summary = "Why an MCP call would be allowed or refused, rule by rule")
    @GetMapping("/why")
    @Authenticated(action = "explain", resource = "permission")
    Mono<Why> why(Caller caller, Request request, Parameters parameters) {
        var user = parameters.user("user");
        var method = parameters.demandedText("method", "name an MCP method like tools/call");
        var target = target(parameters.text("target"));
        var name = parameters.text("name");
        parameters.close();
        var whose = user == null ? caller.user() : user;
        var arrival = Asked.call(request, target, method, name);
        return whose.equals(caller.user())
                ? explained(caller, arrival)
                : gate.require(caller, Permission.AUDIT_READ).then(Mono.defer(() -> ofAnother(whose, arrival)));
    }

    /** Who may not call at all is told why by the directory. */
    private Mono<Why> ofAnother(String user, Arrival arrival) {
        var recognised = new Caller(
                user, Caller.Source.SESSION, false, Set.of(), null, false, Grants.NONE, null, "", Instant.MAX);
        return directory
                .complete(recognised)
                .flatMap(whole -> explained(whole, arrival))
                .onErrorResume(
                        Refusal.class,
                        refusal ->
                                Mono.just(new Why(user, false, refusal.reason().detail(), List.of())));
    }

    private Mono<Why> explained(Caller caller, Arrival arrival) {
        return gate.explain(caller, arrival)
                .map(explanation ->
                        new Why(caller.user(), explanation.allowed(), explanation.outcome(), explanation.steps()));
    }

    /**
     * The path of a server's or gateway's endpoint, with or without its first slash and its {@code /mcp}, or a name; everything where there
     * is none, and for {@code /mcp} itself.
     */
    private static Target target(@Nullable String text) {
        if (text == null || text.equals("/mcp")) {
            return new Target.AllTarget();
        }
        String path = text.replaceFirst("^/", "").replaceFirst("/mcp$", "");
        UUID gateway = path.startsWith("gateways/") ? Ids.find(path.substring("gateways/".length())) : null;
        UUID server = path.startsWith("servers/") ? Ids.find(path.substring("servers/".length())) : null;
        if (gateway != null) {
            return new Target.GatewayTarget(gateway);
        }
        return server == null ? new Target.NamedTarget(text) : new Target.ServerTarget(server);
    }
}
