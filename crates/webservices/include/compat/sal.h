/* The annotations of Windows headers, all empty: they are for Microsoft's checker.
 *
 * The old spelling (__in, __out, ...) clashes with names inside the C++ standard library. It is defined in C,
 * and in C++ only with -DWS_OLD_SAL; then include the standard headers first.
 */
#ifndef WS_COMPAT_SAL_H_INCLUDED
#define WS_COMPAT_SAL_H_INCLUDED

#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(n)
#define _In_reads_opt_(n)
#define _In_reads_z_(n)
#define _In_reads_or_z_(n)
#define _In_reads_bytes_(n)
#define _In_reads_bytes_opt_(n)
#define _In_range_(low,high)
#define _Out_
#define _Out_opt_
#define _Out_writes_(n)
#define _Out_writes_opt_(n)
#define _Out_writes_z_(n)
#define _Out_writes_to_(n,m)
#define _Out_writes_to_opt_(n,m)
#define _Out_writes_all_(n)
#define _Out_writes_bytes_(n)
#define _Out_writes_bytes_opt_(n)
#define _Out_writes_bytes_to_(n,m)
#define _Out_writes_bytes_to_opt_(n,m)
#define _Out_writes_bytes_all_(n)
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(n)
#define _Inout_updates_opt_(n)
#define _Inout_updates_bytes_(n)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Outptr_opt_result_maybenull_
#define _Outptr_result_buffer_(n)
#define _Outptr_opt_result_buffer_(n)
#define _Outptr_result_bytebuffer_(n)
#define _Outptr_result_z_
#define _Reserved_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Check_return_
#define _Must_inspect_result_
#define _Use_decl_annotations_
#define _Success_(condition)
#define _When_(condition,annotations)
#define _At_(place,annotations)
#define _Field_size_(n)
#define _Field_size_opt_(n)
#define _Field_size_bytes_(n)
#define _Field_size_bytes_opt_(n)
#define _Null_terminated_
#define _Pre_maybenull_
#define _Post_invalid_

#if !defined(__cplusplus) || defined(WS_OLD_SAL)
#define __in
#define __in_opt
#define __in_ecount(n)
#define __in_ecount_opt(n)
#define __in_bcount(n)
#define __in_bcount_opt(n)
#define __in_z
#define __in_z_opt
#define __out
#define __out_opt
#define __out_ecount(n)
#define __out_ecount_opt(n)
#define __out_ecount_part(n,m)
#define __out_ecount_part_opt(n,m)
#define __out_ecount_full(n)
#define __out_bcount(n)
#define __out_bcount_opt(n)
#define __out_bcount_part(n,m)
#define __out_bcount_part_opt(n,m)
#define __inout
#define __inout_opt
#define __inout_ecount(n)
#define __inout_ecount_opt(n)
#define __inout_bcount(n)
#define __inout_bcount_opt(n)
#define __deref_out
#define __deref_out_opt
#define __deref_opt_out
#define __deref_opt_out_opt
#define __deref_out_ecount(n)
#define __deref_out_ecount_opt(n)
#define __deref_out_bcount(n)
#define __deref_out_bcount_opt(n)
#define __deref_inout
#define __deref_inout_opt
#define __deref_opt_inout
#define __reserved
#define __checkReturn
#define __callback
#define __field_ecount(n)
#define __field_ecount_opt(n)
#define __field_bcount(n)
#endif

#endif
