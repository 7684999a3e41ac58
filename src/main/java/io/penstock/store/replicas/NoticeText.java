package io.penstock.store.replicas;

import io.penstock.store.Changes.Notice;
import io.penstock.store.Changes.Topic;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A notice as the payload of a notification: the topic, and after a space the rows with commas between, where they fit into it. */
final class NoticeText {

    /** 37 bytes each, of 8000. */
    private static final int MOST = 200;

    private NoticeText() {}

    static String of(Notice notice) {
        String topic = notice.topic().name();
        return notice.rows().isEmpty() || notice.rows().size() > MOST
                ? topic
                : notice.rows().stream().map(UUID::toString).collect(Collectors.joining(",", topic + " ", ""));
    }

    /** What a newer replica writes and is not known here yet may concern anything. */
    static Notice read(@Nullable String text) {
        String[] words = text == null ? new String[0] : text.split(" ", 2);
        for (Topic topic : Topic.values()) {
            if (words.length > 0 && topic.name().equals(words[0])) {
                return new Notice(topic, words.length == 1 ? Set.of() : rows(words[1]));
            }
        }
        return Notice.any(Topic.ALL);
    }

    private static Set<UUID> rows(String text) {
        try {
            return Arrays.stream(text.split(",")).map(UUID::fromString).collect(Collectors.toSet());
        } catch (IllegalArgumentException unknown) {
            return Set.of();
        }
    }
}
