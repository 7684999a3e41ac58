package io.penstock.caller;

import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The one form of a user's name, whichever way the user came. */
public final class Identity {

    /** The name of nobody in particular, which no user can have: what is theirs would be everybody's. */
    public static final String ANONYMOUS = "anonymous";

    private static final int LONGEST = 320;

    private Identity() {}

    /** NFKC, lower case once, trimmed; null where the name is empty, too long, nobody's, or could be taken for another one. */
    public static @Nullable String canonical(String name) {
        String canonical = Normalizer.normalize(name.strip(), Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .strip();
        boolean plausible = !canonical.isEmpty()
                && canonical.length() <= LONGEST
                && !canonical.equals(ANONYMOUS)
                && canonical.chars().filter(c -> c == '@').count() <= 1
                && joined(canonical).codePoints().noneMatch(Identity::isInvisible);
        return plausible ? canonical : null;
    }

    /** Whether an e-mail address may be believed by what its issuer says of it; some write the flag as a text, and some none at all. */
    public static boolean isVerified(@Nullable Object flag) {
        return flag == null || "true".equals(flag.toString());
    }

    /** The name without the single spaces between the words of one that is no address, as directories have them. */
    private static String joined(String name) {
        return name.contains("@") || name.contains("  ") ? name : name.replace(" ", "");
    }

    /** Spaces, controls, and formats: bidirectional marks and zero-width characters among them. */
    private static boolean isInvisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> true;
            default -> false;
        };
    }
}
