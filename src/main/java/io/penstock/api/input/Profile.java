package io.penstock.api.input;

import io.penstock.caller.Caller;
import io.penstock.catalog.Visibility;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What users decide of gateways and servers alike.
 *
 * @param name empty where it was refused
 */
public record Profile(
        String name,
        @Nullable String description,
        Visibility visibility,
        @Nullable String teamId,
        List<String> tags) {

    /**
     * Reads it, and collects what is wrong with it.
     *
     * @param anyTeam whether the caller may hand things to a team without being its member
     * @param currentTeam the team that the thing belongs to now
     */
    public static Profile read(
            Fields fields, Objections objections, Caller caller, boolean anyTeam, @Nullable String currentTeam) {
        var name = name(fields, objections);
        var visibility = fields.oneOf("visibility", Visibility.PUBLIC, text -> text.toLowerCase(Locale.ROOT));
        var team = team(fields, visibility, objections);
        if (team != null
                && !team.equals(currentTeam)
                && !anyTeam
                && !caller.teams().contains(team)) {
            objections.add("team_id", "must be a team that you are a member of");
        }
        return new Profile(
                name == null ? "" : name,
                fields.prose("description", 8192),
                visibility,
                team,
                fields.texts("tags", 50, 100));
    }

    private static @Nullable String name(Fields fields, Objections objections) {
        var name = fields.demanded("name", 255, "my-server");
        if (name != null && !name.equals(name.strip())) {
            objections.add("name", "must not begin or end with a space");
        } else if (name != null && name.chars().noneMatch(Profile::isPlain)) {
            objections.add("name", "must hold a letter a-z or a digit, because paths and tool names are made of it");
        }
        return name;
    }

    private static boolean isPlain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static @Nullable String team(Fields fields, Visibility visibility, Objections objections) {
        var team = fields.text("team_id", 1, 255);
        if (visibility != Visibility.TEAM) {
            if (fields.has("team_id") && !objections.has("visibility")) {
                objections.add("team_id", "is for visibility team only: leave it out, or set visibility to team");
            }
            return null;
        }
        if (team == null && !objections.has("team_id")) {
            objections.add("team_id", "is missing: visibility team needs the team that may see it");
        }
        return team;
    }
}
