package io.penstock.relay.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.catalog.Feature;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Reply;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The lists of virtual servers as the bytes that are sent. A page is kept for the one edition of what is shown that it was made of, so who is
 * shown something else cannot get it: the gate has decided that before, for this very call.
 */
@Component
final class Pages {

    private static final long KEPT_BYTES = 32L << 20;

    /** What a page weighs besides its bytes. */
    private static final int AROUND = 200;

    private static final byte[] HEAD = bytes("{\"jsonrpc\":\"2.0\",\"id\":");
    private static final byte[] RESULT = bytes(",\"result\":");

    private final Cache<Key, byte[]> kept = Caffeine.newBuilder()
            .maximumWeight(KEPT_BYTES)
            .weigher((Key key, byte[] page) -> AROUND + length(key.after()) + page.length)
            .executor(Runnable::run)
            .build();

    /** @param after as {@link Lists#page} takes it */
    private record Key(
            long edition,
            Feature.Kind kind,
            boolean isStateless,
            @Nullable String after) {}

    /** The answer to a request for a list. Throws {@code BadParams} where its cursor was not given here. */
    Reply answer(Showing showing, Feature.Kind kind, Message.Asked request, Era era) {
        byte[] page = page(showing, kind, request, era == Era.STATELESS);
        byte[] id = bytes(request.id());
        byte[] answer = new byte[HEAD.length + id.length + RESULT.length + page.length + 1];
        int at = put(HEAD, answer, 0);
        at = put(id, answer, at);
        at = put(RESULT, answer, at);
        at = put(page, answer, at);
        answer[at] = '}';
        return new Reply.Json(200, answer, null);
    }

    private byte[] page(Showing showing, Feature.Kind kind, Message.Asked request, boolean isStateless) {
        var key = new Key(showing.edition(), kind, isStateless, Lists.after(request.params()));
        byte[] known = kept.getIfPresent(key);
        if (known != null) {
            return known;
        }
        var page = Lists.page(showing, kind, key.after());
        byte[] made = bytes(isStateless ? Translation.stateless(request.method(), page.result()) : page.result());
        if (page.isRegular()) { // else whoever makes up cursors would decide what is kept
            kept.put(key, made);
        }
        return made;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static int put(byte[] part, byte[] whole, int at) {
        System.arraycopy(part, 0, whole, at, part.length);
        return at + part.length;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
