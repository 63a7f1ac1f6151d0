// The values that are sent, and how they are compared.

import interop.Color;
import interop.Item;
import interop.Items;
import interop.Numbers;
import interop.Record;
import interop.Words;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.datatype.DatatypeFactory;

class Values {
    static final String REASON = "It broke.";

    static byte at(long place) {
        return (byte) (place % 251);
    }

    static byte[] bytes(int length) {
        byte[] all = new byte[length];
        for (int i = 0; i < length; i++) all[i] = at(i);
        return all;
    }

    /** A stream of such bytes. */
    static InputStream stream(long length) {
        return new InputStream() {
            long place = 0;

            @Override
            public int read() {
                return place < length ? at(place++) & 255 : -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int count) {
                if (place >= length) return -1;
                int n = (int) Math.min(count, length - place);
                for (int i = 0; i < n; i++) buffer[offset + i] = at(place++);
                return n;
            }
        };
    }

    static Item item(String title, int count) {
        Item item = new Item();
        item.setTitle(title);
        item.setCount(count);
        return item;
    }

    static Record record() throws Exception {
        DatatypeFactory types = DatatypeFactory.newInstance();
        Record r = new Record();
        r.setFlag(true);
        r.setTiny(Byte.MIN_VALUE);
        r.setSmall(Short.MIN_VALUE);
        r.setNumber(Integer.MIN_VALUE);
        r.setLarge(Long.MIN_VALUE);
        r.setUtiny((short) 255);
        r.setUsmall(65535);
        r.setUnumber(4294967295L);
        r.setUlarge(new BigInteger("18446744073709551615"));
        r.setSingle(1.1f);
        r.setDouble(Math.PI);
        r.setDecimal(new BigDecimal("12345678901.2345678"));
        r.setTime(types.newXMLGregorianCalendar("2024-02-29T23:59:58.125Z"));
        r.setSpan(types.newDuration("P1DT2H3M4.5S"));
        r.setText(" <Fish> & \"Chips\"\t\n\u00e9\ud834\udd1e ]]> ");
        r.setMaybe(-5);
        r.setBlob(bytes(3000));
        r.setColor(Color.DARK_BLUE);
        r.setItem(item("one", 1));
        Words words = new Words();
        words.getItem().addAll(Arrays.asList("a", "", "R&D"));
        r.setWords(words);
        Numbers numbers = new Numbers();
        numbers.getItem().addAll(Arrays.asList(1, -1, 128, 70000, Integer.MAX_VALUE));
        r.setNumbers(numbers);
        Items items = new Items();
        items.getItem().addAll(Arrays.asList(item("two", 2), item("", 0)));
        r.setItems(items);
        return r;
    }

    /** Each field as text. */
    static Map<String, String> fields(Record r) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("flag", "" + r.isFlag());
        all.put("tiny", "" + r.getTiny());
        all.put("small", "" + r.getSmall());
        all.put("number", "" + r.getNumber());
        all.put("large", "" + r.getLarge());
        all.put("utiny", "" + r.getUtiny());
        all.put("usmall", "" + r.getUsmall());
        all.put("unumber", "" + r.getUnumber());
        all.put("ularge", "" + r.getUlarge());
        all.put("single", "" + r.getSingle());
        all.put("double", "" + r.getDouble());
        all.put("decimal", "" + r.getDecimal());
        all.put("time", "" + r.getTime().toGregorianCalendar().getTimeInMillis());
        all.put("span", "" + r.getSpan().getTimeInMillis(new java.util.GregorianCalendar(2000, 0, 1)));
        all.put("text", r.getText());
        all.put("missing", r.getMissing());
        all.put("maybe", "" + r.getMaybe());
        all.put("blob", Arrays.toString(r.getBlob()));
        all.put("color", "" + r.getColor());
        all.put("item", item(r.getItem()));
        all.put("words", "" + r.getWords().getItem());
        all.put("numbers", "" + r.getNumbers().getItem());
        StringBuilder items = new StringBuilder();
        for (Item item : r.getItems().getItem()) items.append(item(item)).append(';');
        all.put("items", items.toString());
        return all;
    }

    private static String item(Item item) {
        return item.getTitle() + ":" + item.getCount();
    }
}
