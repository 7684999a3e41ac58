package io.penstock.api.browser;

import io.penstock.api.entrance.ResponseHeaders;
import io.penstock.caller.Digest;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Files that browsers load from this server, under one policy, and keep as long as they are the same here. They lie in a jar, so that each is
 * read once, off the event loop.
 */
public final class PageFiles {

    private static final Map<String, MediaType> TYPES = Map.of(
            "html", MediaType.valueOf("text/html;charset=utf-8"),
            "css", MediaType.valueOf("text/css;charset=utf-8"),
            "js", MediaType.valueOf("text/javascript;charset=utf-8"));

    private static final Duration FOREVER = Duration.ofDays(365); // a failure is not kept

    private final String policy;
    private final String referrers;
    private final Map<String, Mono<ResponseEntity<byte[]>>> files;

    /**
     * @param policy what pages may load (Content Security Policy)
     * @param referrers what other requests are told of where they come from (Referrer Policy)
     * @param places where each file lies in the class path, by its name; an asterisk stands for one folder
     */
    public PageFiles(String policy, String referrers, Map<String, String> places) {
        this.policy = policy;
        this.referrers = referrers;
        this.files = places.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, place -> read(place.getValue())));
    }

    /** A file. Error: {@code NotFound}. */
    public Mono<ResponseEntity<byte[]>> file(String name) {
        return files.getOrDefault(
                name, Mono.error(() -> new Refusal(new Reason.NotFound("There is nothing at this path"))));
    }

    private Mono<ResponseEntity<byte[]>> read(String place) {
        return Mono.fromCallable(() -> answer(place, bytes(place)))
                .subscribeOn(Schedulers.boundedElastic())
                .cache(_ -> FOREVER, _ -> Duration.ZERO, () -> Duration.ZERO);
    }

    private ResponseEntity<byte[]> answer(String place, byte[] bytes) {
        return ResponseEntity.ok()
                .header(ResponseHeaders.POLICY, policy)
                .header(ResponseHeaders.REFERRER_POLICY, referrers)
                .cacheControl(CacheControl.noCache())
                .eTag(Digest.of(bytes).hex())
                .contentType(type(place))
                .body(bytes);
    }

    private static MediaType type(String place) {
        return TYPES.getOrDefault(place.substring(place.lastIndexOf('.') + 1), MediaType.APPLICATION_OCTET_STREAM);
    }

    private static byte[] bytes(String place) throws IOException {
        var found = new PathMatchingResourcePatternResolver().getResources("classpath*:/" + place);
        if (found.length == 0) {
            throw new FileNotFoundException(place);
        }
        return found[0].getContentAsByteArray();
    }
}
