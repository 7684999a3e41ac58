package io.penstock.api.servers;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.api.input.Profile;
import io.penstock.caller.Caller;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Servers;
import io.penstock.catalog.Visibility;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a user decides of a virtual server, and names every field that is wrong, unknown or not the user's to set. */
public final class ServerForm {

    public static final Set<String> KNOWN = Set.of(
            "name",
            "description",
            "visibility",
            "team_id",
            "tags",
            "name_style",
            "tools",
            "resources",
            "prompts",
            "gateways");

    private static final Set<String> OF_SERVER = Set.of(
            "id",
            "slug",
            "owner",
            "owner_email",
            "enabled",
            "mcp_url",
            "tool_count",
            "resource_count",
            "prompt_count",
            "hidden",
            "created_at",
            "updated_at",
            "version",
            "is_admin");

    /** As many as one gateway may offer of a kind. */
    private static final int MOST = 1000;

    private final Caller caller;
    private final boolean anyTeam;

    /** @param anyTeam whether the caller may hand a server to a team without being its member */
    ServerForm(Caller caller, boolean anyTeam) {
        this.caller = caller;
        this.anyTeam = anyTeam;
    }

    /**
     * The draft of a new or changed server. Throws a {@link io.penstock.wire.Refusal}.
     *
     * @param current null for a new one
     */
    Servers.Draft read(ObjectNode tree, @Nullable Server current) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, OF_SERVER, Set.of());
        var profile = Profile.read(fields, objections, caller, anyTeam, current == null ? null : current.teamId());
        var style = fields.oneOf("name_style", NameStyle.PREFIXED, text -> text.toLowerCase(Locale.ROOT));
        var chosen = new Chosen(
                fields.ids("tools", MOST),
                fields.ids("resources", MOST),
                fields.ids("prompts", MOST),
                fields.ids("gateways", MOST));
        objections.raise();
        return new Servers.Draft(
                profile.name(),
                profile.description(),
                profile.visibility(),
                profile.teamId(),
                profile.tags(),
                style,
                chosen);
    }

    /**
     * The whole input that a server would be after a patch (RFC 7396).
     *
     * @param seen what of it the caller sees
     */
    static ObjectNode patched(Server current, Chosen seen, ObjectNode patch) {
        var whole = input(current, seen);
        if (patch.has("visibility") && !patch.path("visibility").asString("").equalsIgnoreCase("team")) {
            whole.remove("team_id");
        }
        patch.forEachEntry((name, value) -> {
            if (value.isNull()) {
                whole.remove(name);
            } else {
                whole.set(name, value);
            }
        });
        return whole;
    }

    private static ObjectNode input(Server server, Chosen seen) {
        var input = JsonNodeFactory.instance.objectNode();
        input.put("name", server.name());
        input.put("description", server.description());
        input.put("visibility", server.visibility().name().toLowerCase(Locale.ROOT));
        if (server.visibility() == Visibility.TEAM) {
            input.put("team_id", server.teamId());
        }
        server.tags().forEach(input.putArray("tags")::add);
        input.put("name_style", server.nameStyle().name().toLowerCase(Locale.ROOT));
        put(input, "tools", seen.tools());
        put(input, "resources", seen.resources());
        put(input, "prompts", seen.prompts());
        put(input, "gateways", seen.gateways());
        return input;
    }

    private static void put(ObjectNode input, String name, List<UUID> ids) {
        var array = input.putArray(name);
        ids.forEach(id -> array.add(id.toString()));
    }
}
