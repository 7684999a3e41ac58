package io.penstock.api.input;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ids as paths and parameters carry them. What is no UUID is answered like one that does not exist. */
public final class Ids {

    private static final Pattern CANONICAL =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private Ids() {}

    public static @Nullable UUID find(String text) {
        return CANONICAL.matcher(text).matches() ? UUID.fromString(text) : null;
    }

    /** The one answer for what does not exist and what the caller may not see. */
    public static Refusal absent(String what) {
        return new Refusal(new Reason.NotFound("There is no such " + what));
    }
}
