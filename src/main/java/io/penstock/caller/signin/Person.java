package io.penstock.caller.signin;

import com.nimbusds.jwt.JWTClaimsSet;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Identity;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who an ID token is about.
 *
 * @param groups null where the provider's groups mean nothing here
 */
record Person(String user, @Nullable Set<String> groups) {

    private static final String EMAIL = "email";
    private static final int MOST_GROUPS = 1_000;

    /** What is read of ID tokens. */
    record Reading(String userClaim, List<String> groupsClaims, Set<String> domains) {

        static Reading of(SignInSettings settings) {
            if (settings.userClaim().isBlank()) {
                throw Providers.wrong("MCP_AUTH_USER_CLAIM", "It must be a claim's name, like email.");
            }
            return new Reading(
                    settings.userClaim().strip(),
                    settings.groupsClaims().stream()
                            .map(String::strip)
                            .filter(claim -> !claim.isEmpty())
                            .toList(),
                    settings.emailDomains().stream()
                            .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
                            .filter(domain -> !domain.isEmpty())
                            .collect(Collectors.toUnmodifiableSet()));
        }

        /** @throws io.penstock.wire.Refusal {@code Unauthenticated} */
        Person person(JWTClaimsSet claims) {
            String user = name(claims, userClaim);
            if (user == null) {
                throw BearerToken.refused("The ID token names no user: its " + userClaim
                        + " is missing or no plain name (MCP_AUTH_SCOPES, MCP_AUTH_USER_CLAIM)");
            }
            if (userClaim.equals(EMAIL) || !domains.isEmpty()) {
                verified(claims);
            }
            if (!domains.isEmpty() && !domains.contains(domain(name(claims, EMAIL)))) {
                throw BearerToken.refused("Users of this e-mail domain do not sign in here (MCP_AUTH_EMAIL_DOMAINS)");
            }
            return new Person(user, groupsClaims.isEmpty() ? null : groups(claims));
        }

        private Set<String> groups(JWTClaimsSet claims) {
            if (claims.getClaim("_claim_names") instanceof Map<?, ?> elsewhere
                    && groupsClaims.stream().anyMatch(elsewhere::containsKey)) {
                throw BearerToken.refused(
                        "The provider left the groups out of the ID token, because there are too many:"
                                + " let it send those of this gateway alone");
            }
            Set<String> groups = new HashSet<>();
            for (String claim : groupsClaims) {
                add(groups, claims.getClaim(claim), claim);
            }
            if (groups.size() > MOST_GROUPS) {
                throw BearerToken.refused("The ID token names more than " + MOST_GROUPS
                        + " groups: let the provider send those of this gateway alone");
            }
            return groups;
        }
    }

    private static void add(Set<String> groups, @Nullable Object value, String claim) {
        switch (value) {
            case null -> {}
            case String one -> groups.add(one);
            case Collection<?> several
            when several.stream().allMatch(String.class::isInstance) ->
                several.forEach(group -> groups.add((String) group));
            default -> throw BearerToken.refused("The ID token's " + claim + " is no list of names");
        }
    }

    private static @Nullable String name(JWTClaimsSet claims, String claim) {
        return claims.getClaim(claim) instanceof String text ? Identity.canonical(text) : null;
    }

    private static void verified(JWTClaimsSet claims) {
        if (!Identity.isVerified(claims.getClaim("email_verified"))) {
            throw BearerToken.refused("The provider has not verified this user's e-mail address");
        }
    }

    private static String domain(@Nullable String email) {
        return email == null ? "" : email.substring(email.indexOf('@') + 1);
    }
}
