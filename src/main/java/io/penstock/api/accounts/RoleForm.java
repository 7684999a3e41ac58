package io.penstock.api.accounts;

import io.penstock.account.Role;
import io.penstock.account.Roles;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads what is decided of a role, and names every field that is wrong. */
public final class RoleForm {

    public static final Set<String> KNOWN = Set.of("name", "description", "scopes");

    private static final Set<String> OF_SERVER = Set.of("id", "built_in", "created_at", "updated_at", "version");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{1,62}");
    private static final int MOST = 500;
    private static final int LONGEST = 255;

    private RoleForm() {}

    /** Throws a {@link io.penstock.wire.Refusal}. */
    static Roles.Draft read(ObjectNode tree) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, OF_SERVER, Set.of());
        String name = fields.demanded("name", 63, "auditor");
        if (name != null && !NAME.matcher(name).matches()) {
            objections.add("name", "must be 2 to 63 of a-z, 0-9, _ and -, beginning with a letter");
        }
        List<String> scopes = fields.texts("scopes", MOST, LONGEST);
        if (!fields.has("scopes")) {
            objections.add("scopes", "is missing: give a list like [\"audit.read\"]");
        }
        scopes.stream()
                .filter(scope -> !Vocabulary.holds(scope))
                .forEach(scope -> objections.add("scopes", "there is no scope " + scope));
        String description = fields.prose("description", 8192);
        objections.raise();
        return new Roles.Draft(name == null ? "" : name, description, Set.copyOf(scopes));
    }

    /** The whole input that a role would be after a patch (RFC 7396). */
    static ObjectNode patched(Role current, ObjectNode patch) {
        var whole = JsonNodeFactory.instance.objectNode();
        whole.put("name", current.name());
        whole.put("description", current.description());
        current.scopes().forEach(whole.putArray("scopes")::add);
        patch.forEachEntry((name, value) -> {
            if (value.isNull()) {
                whole.remove(name);
            } else {
                whole.set(name, value);
            }
        });
        return whole;
    }
}
