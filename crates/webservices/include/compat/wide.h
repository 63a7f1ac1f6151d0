/* Wide strings where wchar_t has 16 bits (-fshort-wchar).
 *
 * The C library was built for 32 bits, so its own functions cannot be called then. These few take their place, under
 * the same names. In wprintf, %s and %c are wide and %S and %C narrow, as Microsoft has them.
 */
#ifndef WS_COMPAT_WIDE_H_INCLUDED
#define WS_COMPAT_WIDE_H_INCLUDED

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#if defined(__GNUC__)
#define WS_WIDE_UNUSED __attribute__((unused))
#else
#define WS_WIDE_UNUSED
#endif

static WS_WIDE_UNUSED size_t ws_wcslen(const wchar_t* text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

static WS_WIDE_UNUSED int ws_wcsncmp(const wchar_t* a, const wchar_t* b, size_t count)
{
    for (; count != 0; a++, b++, count--) {
        if (*a != *b)
            return *a < *b ? -1 : 1;
        if (*a == 0)
            break;
    }
    return 0;
}

static WS_WIDE_UNUSED int ws_wcscmp(const wchar_t* a, const wchar_t* b)
{
    return ws_wcsncmp(a, b, (size_t)-1);
}

/* Writes UTF-16 as UTF-8; a lone surrogate becomes U+FFFD. */
static WS_WIDE_UNUSED int ws_put_wide(FILE* file, const wchar_t* text, size_t count)
{
    int written = 0;
    for (size_t i = 0; i < count && text[i] != 0; i++) {
        unsigned long c = (unsigned short)text[i];
        if (c >= 0xD800 && c < 0xDC00 && i + 1 < count && (text[i + 1] & 0xFC00) == 0xDC00)
            c = 0x10000 + ((c - 0xD800) << 10) + ((unsigned short)text[++i] - 0xDC00);
        else if (c >= 0xD800 && c < 0xE000)
            c = 0xFFFD;
        if (c < 0x80)
            fputc((int)c, file);
        else if (c < 0x800)
            fprintf(file, "%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 0x3F)));
        else if (c < 0x10000)
            fprintf(file, "%c%c%c", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3F)), (int)(0x80 | (c & 0x3F)));
        else
            fprintf(file, "%c%c%c%c", (int)(0xF0 | c >> 18), (int)(0x80 | (c >> 12 & 0x3F)),
                (int)(0x80 | (c >> 6 & 0x3F)), (int)(0x80 | (c & 0x3F)));
        written++;
    }
    return written;
}

/* One conversion at a time: its letters go to a narrow format, which fprintf understands. LONG has 32 bits here. */
static WS_WIDE_UNUSED int ws_vfwprintf(FILE* file, const wchar_t* format, va_list arguments)
{
    int written = 0;
    while (*format != 0) {
        char narrow[32];
        size_t n = 0;
        int width = 0, precision = -1, size = 0, wide_text = 1;
        const wchar_t* start = format;
        while (*format != 0 && *format != '%')
            format++;
        written += ws_put_wide(file, start, (size_t)(format - start));
        if (*format == 0)
            break;
        format++;
        narrow[n++] = '%';
        while (*format != 0 && *format < 0x80 && strchr("-+ #0", *format) != NULL && n < 8)
            narrow[n++] = (char)*format++;
        if (*format == '*') {
            width = va_arg(arguments, int);
            format++;
        }
        for (; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (*format - '0');
        if (*format == '.') {
            precision = 0;
            if (*++format == '*') {
                precision = va_arg(arguments, int);
                format++;
            }
            for (; *format >= '0' && *format <= '9'; format++)
                precision = precision * 10 + (*format - '0');
        }
        if (format[0] == 'I' && format[1] == '6' && format[2] == '4') {
            size = 8;
            format += 3;
        }
        for (; *format == 'l' || *format == 'h' || *format == 'w' || *format == 'z'; format++) {
            if (*format == 'l' && format[1] == 'l')
                size = 8;
            if (*format == 'z')
                size = (int)sizeof(size_t);
            if (*format == 'h')
                wide_text = 0;
        }
        n += (size_t)snprintf(narrow + n, sizeof narrow - n, "*.*");
        switch (*format) {
        case 'S':
            wide_text = 0; /* fall through */
        case 's':
            if (wide_text) {
                const wchar_t* text = va_arg(arguments, const wchar_t*);
                written += ws_put_wide(file, text, precision < 0 ? (size_t)-1 : (size_t)precision);
            } else {
                snprintf(narrow + n, sizeof narrow - n, "s");
                written += fprintf(file, narrow, width, precision, va_arg(arguments, const char*));
            }
            break;
        case 'c':
        case 'C': {
            wchar_t unit = (wchar_t)va_arg(arguments, int);
            written += ws_put_wide(file, &unit, 1);
            break;
        }
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'X':
        case 'o':
            snprintf(narrow + n, sizeof narrow - n, size == 8 ? "ll%c" : "%c", (char)*format);
            if (size == 8)
                written += fprintf(file, narrow, width, precision, va_arg(arguments, long long));
            else
                written += fprintf(file, narrow, width, precision, va_arg(arguments, int));
            break;
        case 'f':
        case 'e':
        case 'E':
        case 'g':
        case 'G':
            snprintf(narrow + n, sizeof narrow - n, "%c", (char)*format);
            written += fprintf(file, narrow, width, precision, va_arg(arguments, double));
            break;
        case 'p':
            written += fprintf(file, "%p", va_arg(arguments, void*));
            break;
        case 0:
            return written;
        default:
            fputc(*format < 0x80 ? (int)*format : '?', file);
            written++;
        }
        format++;
    }
    return written;
}

static WS_WIDE_UNUSED int ws_fwprintf(FILE* file, const wchar_t* format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int written = ws_vfwprintf(file, format, arguments);
    va_end(arguments);
    return written;
}

static WS_WIDE_UNUSED int ws_wprintf(const wchar_t* format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int written = ws_vfwprintf(stdout, format, arguments);
    va_end(arguments);
    return written;
}

#define wcslen ws_wcslen
#define wcscmp ws_wcscmp
#define wcsncmp ws_wcsncmp
#define wprintf ws_wprintf
#define fwprintf ws_fwprintf
#define vfwprintf ws_vfwprintf

#endif
