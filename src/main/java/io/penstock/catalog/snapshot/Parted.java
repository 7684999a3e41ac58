package io.penstock.catalog.snapshot;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map in parts: another one that differs in some keys copies their parts only, and is read as fast as any hash map, which
 * calls do.
 */
final class Parted<K, V> {

    private static final int PARTS = 256;

    private final List<Map<K, V>> parts;

    private Parted(List<Map<K, V>> parts) {
        this.parts = parts;
    }

    static <K, V> Parted<K, V> empty() {
        return new Parted<>(Collections.nCopies(PARTS, Map.of()));
    }

    private static int part(Object key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & (PARTS - 1);
    }

    @Nullable
    V get(K key) {
        return parts.get(part(key)).get(key);
    }

    Stream<V> values() {
        return values(parts);
    }

    private static <K, V> Stream<V> values(List<Map<K, V>> parts) {
        return parts.stream().flatMap(part -> part.values().stream());
    }

    Changing<K, V> changing() {
        return new Changing<>(parts);
    }

    /** What becomes another map. Not for two threads. */
    static final class Changing<K, V> {

        private final List<Map<K, V>> parts;
        private final BitSet copied = new BitSet(PARTS);

        private Changing(List<Map<K, V>> parts) {
            this.parts = new ArrayList<>(parts);
        }

        @Nullable
        V get(K key) {
            return parts.get(part(key)).get(key);
        }

        Stream<V> values() {
            return Parted.values(parts);
        }

        void put(K key, V value) {
            own(key).put(key, value);
        }

        void remove(K key) {
            if (get(key) != null) {
                own(key).remove(key);
            }
        }

        private Map<K, V> own(K key) {
            int part = part(key);
            if (!copied.get(part)) {
                copied.set(part);
                parts.set(part, new HashMap<>(parts.get(part)));
            }
            return parts.get(part);
        }

        /** Nothing is changed any more after this. */
        Parted<K, V> done() {
            return new Parted<>(parts);
        }
    }
}
