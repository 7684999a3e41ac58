package io.penstock.api.signin;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.penstock.access.Permission;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Needs;
import io.penstock.api.input.Body;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.caller.Caller;
import io.penstock.caller.Recalls;
import io.penstock.caller.Recalls.Recalled;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** The end of JWTs that somebody else holds, for administrators. */
@RestController
public final class RevocationController {

    public static final Set<String> KNOWN = Set.of("token", "jti", "issuer", "expires_at");

    private static final int LONGEST_ID = 1024;
    private static final int LONGEST_TOKEN = 16 * 1024;

    private final Recalls recalls;
    private final Changing changing;
    private final InstantSource clock = InstantSource.system();

    RevocationController(Recalls recalls, Changing changing) {
        this.recalls = recalls;
        this.changing = changing;
    }

    /**
     * A token that is not taken any more.
     *
     * @param id its {@code jti}, or the SHA-256 of what is signed of it where it has none
     * @param until when it would have ended by itself, at the latest
     */
    record RevokedToken(String id, String issuer, Instant until) {

        static RevokedToken of(Recalled recalled) {
            return new RevokedToken(recalled.id(), recalled.issuer(), recalled.until());
        }
    }

    @Operation(summary = "Revoke a JWT that somebody else holds, by its jti or by itself, on every replica")
    @PostMapping(path = "/admin/revocations", consumes = APPLICATION_JSON_VALUE)
    @Needs(value = Permission.USERS_UPDATE, action = "revoke")
    Mono<RevokedToken> revoke(Caller caller, Request request, Body body) {
        return body.object().flatMap(tree -> {
            var deed = new Deed(caller, request, "revoke", "jwt");
            return changing.runOn(deed, Recalled::id, null, recalled(tree)).map(RevokedToken::of);
        });
    }

    private Mono<Recalled> recalled(ObjectNode tree) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, Set.of(), Set.of());
        String token = fields.text("token", 1, LONGEST_TOKEN);
        String jti = fields.text("jti", 1, LONGEST_ID);
        String issuer = issuer(fields, objections);
        Instant until = end(fields, objections);
        if (fields.has("token") == fields.has("jti")) {
            objections.add("jti", "give the jti of the token, or the token itself as token");
        }
        if (fields.has("token") && (fields.has("issuer") || fields.has("expires_at"))) {
            objections.add("token", "says its issuer and its end itself: leave out issuer and expires_at");
        }
        objections.raise();
        return token == null ? recalls.byId(String.valueOf(jti), issuer, until) : recalls.byToken(token);
    }

    /** The gateway's own where none is given. */
    private String issuer(Fields fields, Objections objections) {
        Set<String> known = recalls.issuers();
        String issuer = fields.text("issuer", 1, LONGEST_ID);
        if (issuer != null && !known.contains(issuer)) {
            objections.add("issuer", "must be the iss of one whose tokens are taken here: " + String.join(", ", known));
        }
        return issuer == null ? known.iterator().next() : issuer;
    }

    /** A revocation that has ended is forgotten, whatever the token says. */
    private @Nullable Instant end(Fields fields, Objections objections) {
        Instant end = fields.time("expires_at");
        if (end != null && !end.isAfter(clock.instant())) {
            objections.add("expires_at", "must lie ahead: leave it out where the end of the token is not known");
        }
        return end;
    }
}
