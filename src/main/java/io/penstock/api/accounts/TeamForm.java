package io.penstock.api.accounts;

import io.penstock.account.team.Team;
import io.penstock.account.team.TeamSettings;
import io.penstock.account.team.Teams;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads what is decided of a team, and names every field that is wrong. */
public final class TeamForm {

    public static final Set<String> KNOWN = Set.of("id", "name", "description", "max_members");

    private static final Set<String> OF_SERVER = Set.of("members", "created_by", "created_at", "updated_at", "version");

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");
    private static final int LONGEST_STEM = 48;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TeamSettings settings;

    TeamForm(TeamSettings settings) {
        this.settings = settings;
    }

    /** What was decided of a team, and its id. */
    record Decided(String id, Teams.Draft draft) {}

    /**
     * Throws a {@link io.penstock.wire.Refusal}.
     *
     * @param current null for a new team
     * @param choosesId whether the caller may say by which id gateways and tokens know the team: somebody's token may name it already
     */
    Decided read(ObjectNode tree, @Nullable Team current, boolean choosesId) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, OF_SERVER, Set.of());
        String name =
                current != null && !tree.has("name") ? current.name() : fields.demanded("name", 255, "Team Alpha");
        String id = id(fields, objections, current, choosesId, name == null ? "" : name);
        Integer most = fields.number("max_members", 1, settings.mostMembers());
        int before = current == null ? settings.mostMembers() : current.maxMembers();
        String description =
                current != null && !tree.has("description") ? current.description() : fields.prose("description", 8192);
        objections.raise();
        return new Decided(id, new Teams.Draft(name == null ? "" : name, description, most == null ? before : most));
    }

    private static String id(
            Fields fields, Objections objections, @Nullable Team current, boolean choosesId, String name) {
        String given = fields.text("id", 1, 63);
        if (current != null) {
            if (given != null && !given.equals(current.id())) {
                objections.add("id", "stays as it is: make another team");
            }
            return current.id();
        }
        if (given != null && !choosesId) {
            objections.add("id", "is chosen by the gateway: leave it out");
        } else if (given != null && !ID.matcher(given).matches()) {
            objections.add("id", "must be up to 63 of a-z, 0-9, _ and -, like team-alpha");
        }
        return given != null ? given : made(name, choosesId);
    }

    /** With a random end, unless its maker may choose: it must not be one that an identity provider's tokens name. */
    private static String made(String name, boolean plain) {
        String stem = OTHERS.matcher(
                        Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT))
                .replaceAll("-")
                .replaceAll("^-|-$", "");
        String start = stem.isEmpty() ? "team" : stem.substring(0, Math.min(LONGEST_STEM, stem.length()));
        return plain ? start : start + "-" + HexFormat.of().toHexDigits(RANDOM.nextInt());
    }
}
