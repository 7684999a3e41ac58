package io.penstock.audit;

import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Recorded;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chain of entries, which one replica makes: the hash of each is over the hash before it, so that no entry can be changed, left out or
 * put in between without changing every hash after it. Hashes are SHA-256, 64 hexadecimal digits.
 *
 * @param previous the chain that began last before this one; null for the first
 * @param previousPlaces how many entries that one had then
 * @param previousHead its head then; the empty string for the first
 * @param places how many entries this one has
 * @param head the hash of the last of them; {@link #beginning()} while there is none
 * @param sealed the head and the number of entries as only the gateway's key makes them
 */
record Chain(
        UUID id,
        Instant beganAt,
        @Nullable UUID previous,
        long previousPlaces,
        String previousHead,
        long places,
        String head,
        byte[] sealed) {

    /** An entry at its place. */
    record Link(UUID chain, long place, String hash, Recorded recorded) {}

    /** What the first entry's hash is over. */
    String beginning() {
        return beginning(id, previous, previousPlaces, previousHead);
    }

    static String beginning(UUID id, @Nullable UUID previous, long previousPlaces, String previousHead) {
        var digest = new Fields();
        digest.add(id.toString());
        digest.add(previous == null ? null : previous.toString());
        digest.add(Long.toString(previousPlaces));
        digest.add(previousHead);
        return digest.hex();
    }

    /** The hash of an entry that comes at a place after that hash. */
    static String hash(String before, long place, Recorded recorded) {
        Entry entry = recorded.entry();
        var digest = new Fields();
        digest.add(before);
        digest.add(Long.toString(place));
        digest.add(recorded.id().toString());
        digest.add(Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, recorded.time())));
        digest.add(entry.userEmail());
        digest.add(entry.source());
        digest.add(entry.action());
        digest.add(entry.resourceType());
        digest.add(entry.resourceId());
        digest.add(entry.outcome().name());
        digest.add(entry.detail());
        digest.add(entry.correlationId());
        return digest.hex();
    }

    /** What is sealed of a chain with that head. */
    static byte[] toSeal(long places, String head) {
        return (places + " " + head).getBytes(StandardCharsets.US_ASCII);
    }

    /** What the seal belongs to. */
    static String context(UUID chain) {
        return "audit_chains|head_sealed|" + chain + "|";
    }

    /** A digest over fields, each with its length before it, so that no two lists of fields are the same bytes. */
    private static final class Fields {

        private static final int ABSENT = -1;

        private final MessageDigest digest;

        Fields() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }

        void add(@Nullable String field) {
            byte[] bytes = field == null ? new byte[0] : field.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, field == null ? ABSENT : bytes.length));
            digest.update(bytes);
        }

        String hex() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
