package io.penstock.audit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The trail as lines of the log: fields of their own where logs are JSON, {@code key="value"} where they are text. */
final class AuditLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.penstock.audit");

    private AuditLog() {}

    /** @param entry cleaned */
    static void write(Trail.Entry entry) {
        StringBuilder text = new StringBuilder();
        LoggingEventBuilder line = LOG.atInfo();
        line = add(line, text, "user_email", entry.userEmail());
        line = add(line, text, "resource_type", entry.resourceType());
        line = add(line, text, "resource_id", entry.resourceId());
        line = add(line, text, "action", entry.action());
        line = add(line, text, "outcome", entry.outcome().name());
        line = add(line, text, "source", entry.source());
        line = add(line, text, "detail", entry.detail());
        line = add(line, text, "correlation_id", entry.correlationId());
        line.log(text.toString());
    }

    private static LoggingEventBuilder add(
            LoggingEventBuilder line, StringBuilder text, String key, @Nullable String value) {
        if (value == null) {
            return line;
        }
        if (!text.isEmpty()) {
            text.append(' ');
        }
        text.append(key)
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                .append('"');
        return line.addKeyValue(key, value);
    }
}
