package io.penstock.caller;

import io.penstock.caller.Caller.Source;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a credential says of its bearer, as text that can be kept; no secret is in it.
 *
 * @param groups those of the identity provider; null where it says nothing of groups
 */
public record Claims(
        boolean admin,
        Set<String> teams,
        @Nullable Set<String> scopes,
        boolean granted,
        @Nullable Set<String> groups,
        @Nullable UUID bound) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What the caller's credential says, without what is known of the user here. */
    public static Claims of(Caller caller) {
        Caller alone = caller.byCredential();
        return new Claims(
                alone.admin(),
                new TreeSet<>(alone.teams()),
                sorted(alone.scopes()),
                alone.granted(),
                sorted(alone.grants().groups()),
                alone.bound());
    }

    private static @Nullable Set<String> sorted(@Nullable Set<String> names) {
        return names == null ? null : new TreeSet<>(names);
    }

    public String text() {
        return JSON.writeValueAsString(this);
    }

    /** What {@link #text} wrote. */
    public static Claims read(String text) {
        return JSON.readValue(text, Claims.class);
    }

    /** Whom a credential that says this is recognised as. */
    public Caller caller(String user, Source source) {
        return new Caller(user, source, admin, teams, scopes, granted, Grants.ofGroups(groups), bound, "", Instant.MAX);
    }
}
