package io.penstock.relay.bridge;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which log messages a client gets, whatever its upstream makes of levels.
 *
 * @param least how severe one has to be, as an index of {@link #LEVELS}; those that are as high as there are levels let none through
 */
record Logs(int least) {

    /** The levels, least severe first (2025-11-25, Logging). */
    static final List<String> LEVELS =
            List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

    /** None at all. */
    static final Logs NONE = new Logs(LEVELS.size());

    /** All of them. */
    static final Logs ALL = new Logs(0);

    /** Those of that level and above; {@code otherwise} where there is no such level. */
    static Logs from(@Nullable String level, Logs otherwise) {
        int index = level == null ? -1 : LEVELS.indexOf(level);
        return index < 0 ? otherwise : new Logs(index);
    }

    /** The request that sets the level in an upstream's session. */
    static Message.Asked set(String level) {
        return new Message.Asked("0", "logging/setLevel", JsonParts.with(null, "level", Message.quote(level)));
    }

    /** False for a log message that is not severe enough; a level that nobody knows counts as the most severe. */
    boolean take(Message.Told told) {
        if (!told.method().equals("notifications/message")) {
            return true;
        }
        int index = LEVELS.indexOf(String.valueOf(JsonParts.string(JsonParts.member(told.params(), "level"))));
        return (index < 0 ? LEVELS.size() - 1 : index) >= least;
    }
}
