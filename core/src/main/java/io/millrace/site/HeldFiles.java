package io.millrace.site;

import io.millrace.content.FixedContent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files in memory. Threads: any, immutable. */
final class HeldFiles implements SiteFiles {

    private final Map<String, SiteFile> files = new HashMap<>();

    /**
     * Files.
     *
     * @param bytes of each, by name
     */
    HeldFiles(Map<String, byte[]> bytes, SiteFields fields) {
        bytes.keySet().forEach(name -> files.put(name, file(name, bytes, fields)));
    }

    private static SiteFile file(String name, Map<String, byte[]> bytes, SiteFields fields) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        SiteVariant.CODINGS.forEach((coding, ending) -> {
            if (bytes.containsKey(name + ending)) {
                found.put(coding, bytes.get(name + ending));
            }
        });
        found.put(SiteVariant.IDENTITY, bytes.get(name));
        Map<String, SiteVariant> variants = new LinkedHashMap<>();
        found.forEach((coding, content) -> variants.put(coding, new SiteVariant.Held(
                FixedContent.of(content, fields.of(name, coding, found.size() > 1)))));
        return new SiteFile(variants);
    }

    @Override
    public SiteFile find(String name) {
        return files.get(name);
    }
}
