package io.penstock.api.input;

import io.penstock.catalog.Cursor;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A page of a list: a bare array, with a link to the next page where there is one (RFC 8288). */
public final class Page {

    static final int LARGEST = 4 * 1024 * 1024;

    private Page() {}

    /**
     * Answers with up to {@code limit} rows.
     *
     * @param rows up to {@code limit + 1} of them; the one too many tells that there is a next page
     */
    public static <R, V> Mono<ResponseEntity<List<V>>> of(
            Flux<R> rows, int limit, ServerHttpRequest request, Function<R, Cursor> cursor, Function<R, V> view) {
        return of(rows, _ -> 0, limit, request, cursor, view);
    }

    /**
     * The same for rows of which some may be large: a page ends with the row that fills its {@value #LARGEST} characters, and of the rows after
     * that one is read.
     *
     * @param size how many characters of the answer come of a row, about
     */
    public static <R, V> Mono<ResponseEntity<List<V>>> of(
            Flux<R> rows,
            ToIntFunction<R> size,
            int limit,
            ServerHttpRequest request,
            Function<R, Cursor> cursor,
            Function<R, V> view) {
        return Mono.defer(() -> {
            var room = new Room(limit);
            return rows.takeWhile(row -> room.takes(size.applyAsInt(row)))
                    .collectList()
                    .map(shown -> {
                        var answer = ResponseEntity.ok();
                        if (room.wasTooSmall) {
                            answer.header(HttpHeaders.LINK, next(request, limit, cursor.apply(shown.getLast())));
                        }
                        return answer.body(shown.stream().map(view).toList());
                    });
        });
    }

    /** What still fits on a page. */
    private static final class Room {

        private int rows;
        private int characters = LARGEST;
        private boolean wasTooSmall;

        Room(int rows) {
            this.rows = rows;
        }

        boolean takes(int size) {
            wasTooSmall = rows == 0 || characters <= 0;
            rows--;
            characters -= size;
            return !wasTooSmall;
        }
    }

    private static String next(ServerHttpRequest request, int limit, Cursor last) {
        var query = new LinkedHashMap<>(request.getQueryParams().toSingleValueMap());
        query.put("limit", String.valueOf(limit));
        query.put("cursor", text(last));
        var target = query.entrySet().stream()
                // names are known here and values decoded: what was sent bare, a link may have to encode
                .map(parameter ->
                        parameter.getKey() + "=" + UriUtils.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", request.getURI().getRawPath() + "?", ""));
        return "<" + target + ">; rel=\"next\"";
    }

    private static String text(Cursor cursor) {
        var text = cursor.at() + "|" + cursor.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** What {@link #of} put into a link; null where it is something else. */
    static @Nullable Cursor cursor(String text) {
        try {
            var parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split("\\|", -1);
            var id = parts.length == 2 ? Ids.find(parts[1]) : null;
            var at = Instant.parse(parts[0]);
            return id != null && Times.storable(at) ? new Cursor(at, id) : null;
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }
}
