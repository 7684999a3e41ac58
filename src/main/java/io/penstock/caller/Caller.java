package io.penstock.caller;

import io.penstock.vault.Secret;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling.
 *
 * @param user the canonical user name (NFKC, lower case), the same whichever way the user came
 * @param admin whether the credential says that this is a platform administrator
 * @param teams the teams that the user is a member of
 * @param scopes exactly what this credential may do; null where it names no scopes and the user's role decides
 * @param granted whether the scopes grant by themselves, because the operator's own key or an issuer trusted with it wrote them; else
 *     they only narrow what the user has
 * @param grants what the user has beside that, by roles and groups
 * @param bound the one virtual server or gateway that the credential is for; null for all
 * @param digest SHA-256 of the presented credential, of a JWT without its signature, in hex; the key of its revocation
 * @param expires when the credential ends
 * @param recognised the caller by the credential alone, before the directory told more; null where this is that
 * @param presented what other servers could verify; null where there is nothing of that kind
 */
public record Caller(
        String user,
        Source source,
        boolean admin,
        Set<String> teams,
        @Nullable Set<String> scopes,
        boolean granted,
        Grants grants,
        @Nullable UUID bound,
        String digest,
        Instant expires,
        @Nullable Caller recognised,
        @Nullable Presented presented)
        implements Principal {

    /** How the caller was recognised. */
    public enum Source {
        JWT,
        API_TOKEN,
        PROXY,
        SESSION,
        ANONYMOUS,
        /** The gateway itself: health checks and discovery. */
        GATEWAY;

        /** The name in JSON. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A caller by a credential. */
    public Caller(
            String user,
            Source source,
            boolean admin,
            Set<String> teams,
            @Nullable Set<String> scopes,
            boolean granted,
            Grants grants,
            @Nullable UUID bound,
            String digest,
            Instant expires) {
        this(user, source, admin, teams, scopes, granted, grants, bound, digest, expires, null, null);
    }

    /** A caller whose scopes grant by themselves. */
    public Caller(
            String user,
            Source source,
            boolean admin,
            Set<String> teams,
            @Nullable Set<String> scopes,
            String digest,
            Instant expires) {
        this(user, source, admin, teams, scopes, true, Grants.NONE, null, digest, expires);
    }

    public Caller {
        teams = Set.copyOf(teams);
        scopes = scopes == null ? null : Set.copyOf(scopes);
    }

    /** Whether it is an API token for some of what its user may do. */
    public boolean isNarrowed() {
        return source == Source.API_TOKEN && (scopes != null || bound != null);
    }

    /** The same caller, of whom more is known. */
    public Caller with(boolean alsoAdmin, Set<String> allTeams, Grants known) {
        return new Caller(
                user,
                source,
                alsoAdmin,
                allTeams,
                scopes,
                granted,
                known,
                bound,
                digest,
                expires,
                byCredential(),
                presented);
    }

    /** The same caller, who came with that JWT. */
    public Caller presenting(Secret jwt) {
        return with(new Presented.Jwt(jwt));
    }

    /** The same caller, who is in the session that a sign-in opened. */
    public Caller signedIn(UUID session) {
        return with(new Presented.SignIn(session));
    }

    private Caller with(Presented proof) {
        return new Caller(
                user, source, admin, teams, scopes, granted, grants, bound, digest, expires, recognised, proof);
    }

    /** The same caller, of whom no more is known than what the credential says. */
    public Caller byCredential() {
        return recognised == null ? this : recognised;
    }

    @Override
    public String getName() {
        return user;
    }
}
