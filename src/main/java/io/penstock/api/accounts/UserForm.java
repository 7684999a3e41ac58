package io.penstock.api.accounts;

import io.penstock.account.User;
import io.penstock.account.password.PasswordPolicy;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.vault.Secret;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads what is decided of a user, and names every field that is wrong. */
public final class UserForm {

    public static final Set<String> KNOWN = Set.of("email", "full_name", "enabled", "password", "must_change_password");

    private static final Set<String> OF_SERVER = Set.of(
            "id", "has_password", "locked", "last_login", "created_at", "updated_at", "version", "is_admin", "roles");

    private final PasswordPolicy policy;

    UserForm(PasswordPolicy policy) {
        this.policy = policy;
    }

    /**
     * What was decided.
     *
     * @param password the new one; null where none was given
     */
    record Decided(
            String name,
            @Nullable String fullName,
            boolean enabled,
            boolean mustChangePassword,
            @Nullable Secret password) {}

    /**
     * Throws a {@link io.penstock.wire.Refusal}.
     *
     * @param current null for a new user
     */
    Decided read(ObjectNode tree, @Nullable User current) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, OF_SERVER, Set.of());
        String name = current == null ? name(fields) : unchanged(fields, objections, current.name());
        Secret password = password(fields, objections, name);
        Boolean enabled = fields.flag("enabled");
        String fullName =
                current == null || tree.has("full_name") ? fields.text("full_name", 1, 255) : current.fullName();
        boolean change = mustChange(fields, objections, password != null, current);
        objections.raise();
        boolean before = current == null || current.enabled();
        return new Decided(name, fullName, enabled == null ? before : enabled, change, password);
    }

    /** Whoever got a password of somebody else has to choose one, unless it is said otherwise. */
    private static boolean mustChange(
            Fields fields, Objections objections, boolean newPassword, @Nullable User current) {
        Boolean given = fields.flag("must_change_password");
        boolean any = newPassword || (current != null && current.password());
        if (Boolean.TRUE.equals(given) && !any) {
            objections.add("must_change_password", "is for users with a password: give one");
        }
        if (given != null) {
            return given;
        }
        return newPassword || (current != null && current.mustChangePassword());
    }

    private @Nullable Secret password(Fields fields, Objections objections, String name) {
        String text = fields.text("password", 1, 1024);
        if (text == null) {
            return null;
        }
        var password = new Secret(text);
        objections.addIf("password", policy.weakness(password, name));
        return password;
    }

    /** Empty where it was refused. */
    private static String name(Fields fields) {
        String name = fields.demandedUser("email");
        return name == null ? "" : name;
    }

    private static String unchanged(Fields fields, Objections objections, String name) {
        String given = fields.user("email");
        if (given != null && !name.equals(given)) {
            objections.add("email", "stays as it is: make another user");
        }
        return name;
    }
}
