package io.penstock.api.gateways;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Needs;
import io.penstock.api.entrance.Visible;
import io.penstock.api.input.Body;
import io.penstock.api.input.Tag;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Rotations;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.credential.CredentialSettings;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Puts a credential in the place of another one, so that no call is without one that works. */
@RestController
@RequestMapping("/gateways/{id}/credentials")
public final class CredentialController {

    public static final Set<String> KNOWN = CredentialTrials.KNOWN;

    private static final String WHAT = "gateway";

    private final Gateways gateways;
    private final Rotations rotations;
    private final CredentialTrials trials;
    private final Visible visible;
    private final Changing changing;
    private final CredentialSettings settings;

    CredentialController(
            Gateways gateways,
            Rotations rotations,
            CredentialTrials trials,
            Visible visible,
            Changing changing,
            CredentialSettings settings) {
        this.gateways = gateways;
        this.rotations = rotations;
        this.trials = trials;
        this.visible = visible;
        this.changing = changing;
        this.settings = settings;
    }

    @Operation(summary = "How far the rotation of a gateway's credential is")
    @GetMapping
    @Needs(value = Permission.GATEWAYS_READ, action = "read_credentials")
    Mono<ResponseEntity<CredentialView>> read(Caller caller, @PathVariable String id) {
        return visible.gateway(caller, Permission.GATEWAYS_READ, id).map(CredentialController::answer);
    }

    @Operation(summary = "Try a new credential, take it into use where it works, and keep the one before for a while")
    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Needs(value = Permission.GATEWAYS_UPDATE, action = "rotate")
    Mono<ResponseEntity<CredentialView>> rotate(
            Caller caller, Request request, @PathVariable String id, Body body, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "rotate", WHAT);
        var tree = body.object().cache();
        var attempt = current(caller, id, http)
                .flatMap(gateway -> tree.flatMap(given -> tried(gateway, given))
                        .flatMap(credential -> changing.run(
                                deed,
                                gateway.id(),
                                rotations.replace(gateway.id(), credential, settings.grace(), gateway.version()))));
        return changed(http, attempt);
    }

    @Operation(summary = "Take the credential from before into use again")
    @PostMapping("/rollback")
    @Needs(value = Permission.GATEWAYS_UPDATE, action = "rollback")
    Mono<ResponseEntity<CredentialView>> rollBack(
            Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "rollback", WHAT);
        var attempt = current(caller, id, http)
                .flatMap(gateway -> changing.run(
                        deed,
                        gateway.id(),
                        rotations.rollBack(gateway.id(), "By " + caller.user(), gateway.version())));
        return changed(http, attempt);
    }

    @Operation(summary = "Let go of the credential from before")
    @DeleteMapping("/previous")
    @Needs(value = Permission.GATEWAYS_UPDATE, action = "end_rotation")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> end(Caller caller, Request request, @PathVariable String id, ServerHttpRequest http) {
        var deed = new Deed(caller, request, "end_rotation", WHAT);
        var attempt = current(caller, id, http)
                .flatMap(gateway -> changing.run(deed, gateway.id(), rotations.end(gateway.id(), gateway.version())));
        return Changing.changed(http, WHAT, attempt).then();
    }

    /** The new credential, where the upstream takes it; one that does not open must not keep its owner from replacing it. */
    private Mono<Rotations.Credential> tried(Gateway gateway, ObjectNode given) {
        return Mono.zip(
                        gateways.open(gateway).onErrorReturn(new UpstreamAuth.None()),
                        gateways.openTls(gateway).onErrorReturn(UpstreamTls.NONE))
                .map(stored -> trials.read(given, gateway.url(), stored.getT1(), stored.getT2()))
                .flatMap(credential -> trials.run(gateway, credential).thenReturn(credential));
    }

    private Mono<Gateway> current(Caller caller, String id, ServerHttpRequest http) {
        return visible.gateway(caller, Permission.GATEWAYS_UPDATE, id)
                .doOnNext(gateway -> Tag.demand(http, gateway.version()));
    }

    private static Mono<ResponseEntity<CredentialView>> changed(ServerHttpRequest http, Mono<Gateway> attempt) {
        return Changing.changed(http, WHAT, attempt).map(CredentialController::answer);
    }

    private static ResponseEntity<CredentialView> answer(Gateway gateway) {
        var view = CredentialView.of(gateway);
        return ResponseEntity.ok().eTag(Tag.of(gateway.version(), view)).body(view);
    }
}
